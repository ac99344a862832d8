using Orleans.Runtime;

namespace OrleansCompute.Grains.Placement;

/// <summary>Carries the node of a lease from the caller of a shard to the placement director, in the request context.</summary>
internal static class LeaseHint
{
    private const string Key = "oc.lease-node";

    /// <summary>Calls made from here on, in this flow of control, place shards on this node.</summary>
    public static void Set(string node) => RequestContext.Set(Key, node);

    /// <summary>The node that the call names, or null.</summary>
    public static string? Find(Dictionary<string, object>? requestContext) =>
        requestContext is not null && requestContext.TryGetValue(Key, out var node) ? node as string : null;
}
