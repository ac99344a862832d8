using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Pools;

/// <summary>In words, how near a job is to its data. Pure.</summary>
internal static class DataNearness
{
    private const int MaxNamed = 4;

    /// <summary>Nodes of leases that hold a dataset already, by name and comma-separated; empty where none does.</summary>
    public static string Among(IEnumerable<Lease> leases, string? dataset, IReadOnlyDictionary<string, NodeSnapshot> nodes) => Names(
        leases.Select(lease => lease.Node).Distinct(StringComparer.Ordinal).Where(node => nodes.TryGetValue(node, out var known) && Holds(known, dataset)));

    /// <summary>A sentence on where a job's data are, or were when it started; empty where no node holds them.</summary>
    /// <param name="job">The job.</param>
    /// <param name="held">Its leases.</param>
    /// <param name="nodes">Those of the pool, by name.</param>
    /// <param name="visible">Nodes that may be named; null for all. The others are counted.</param>
    public static string Describe(PooledJob job, IReadOnlyCollection<Lease> held, IReadOnlyDictionary<string, NodeSnapshot> nodes, IReadOnlySet<string>? visible = null)
    {
        if (held.Count > 0)
        {
            return job.StartedOnData is { Length: > 0 } near ? $"It runs near its data: {near} had them in memory when it started there." : "";
        }

        var all = nodes.Values.Where(node => Holds(node, job.Request.DatasetKey)).Select(node => node.Name).ToList();
        var named = all.Where(node => visible is null || visible.Contains(node)).ToList();
        var hidden = all.Count - named.Count;
        var holders = Names(named) + (hidden, named.Count) switch
        {
            (0, _) => "",
            (1, 0) => "1 node",
            (_, 0) => $"{hidden} nodes",
            _ => $" and {hidden} other node{(hidden == 1 ? "" : "s")}",
        };
        return holders.Length == 0 ? "" : $"Its data are in memory on {holders}, which it prefers but does not wait for.";
    }

    private static bool Holds(NodeSnapshot node, string? dataset) =>
        dataset is { Length: > 0 } && node.State != NodeState.Lost && !node.Datasets.IsDefault && node.Datasets.Contains(dataset);

    private static string Names(IEnumerable<string> nodes)
    {
        var names = nodes.Order(StringComparer.Ordinal).ToList();
        return names.Count > MaxNamed ? $"{string.Join(", ", names.Take(MaxNamed))} and {names.Count - MaxNamed} more" : string.Join(", ", names);
    }
}
