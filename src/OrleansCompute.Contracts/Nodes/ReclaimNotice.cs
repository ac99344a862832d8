using Orleans;

namespace OrleansCompute.Contracts.Nodes;

/// <summary>Tells that a node will be taken away.</summary>
[GenerateSerializer, Immutable, Alias("oc.reclaim-notice.v1")]
public sealed record ReclaimNotice
{
    /// <summary>Longest notice, seconds: 30 days.</summary>
    public const double MaxSeconds = 30 * 86_400;

    /// <summary>Seconds from now at which it is gone, 0 to <see cref="MaxSeconds"/>.</summary>
    [Id(0)] public required double WithinSeconds { get; init; }
}
