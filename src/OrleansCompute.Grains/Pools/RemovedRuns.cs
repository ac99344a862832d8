namespace OrleansCompute.Grains.Pools;

/// <summary>Runs of nodes that somebody removed, by the node's name: so many that no pool grows by them without end. Pure.</summary>
internal static class RemovedRuns
{
    public const int Max = 1_000;

    /// <summary>Notes one. Of too many the oldest is forgotten: runs are numbered by the time that they began, so it is the least likely to be there still.</summary>
    public static void Add(Dictionary<string, long> removed, string node, long incarnation)
    {
        removed[node] = incarnation;
        while (removed.Count > Max)
        {
            removed.Remove(removed.Where(entry => entry.Key != node).MinBy(entry => entry.Value).Key);
        }
    }
}
