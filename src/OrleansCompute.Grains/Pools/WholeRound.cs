namespace OrleansCompute.Grains.Pools;

/// <summary>A round about all jobs that is under way off the grain's turn, and what came meanwhile. Used on the grain's turn.</summary>
internal sealed class WholeRound
{
    /// <summary>Ids of jobs that came, went or changed since it was asked, as far as they were asked about.</summary>
    public HashSet<string> Since { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether anything was decided since it was asked: then its answer has to be set right for that.</summary>
    public bool IsOvertaken { get; set; }

    /// <summary>What the policy answered; null while it thinks.</summary>
    public PoolAnswer? Answer { get; set; }

    /// <summary>Whether one decision about what came just before went ahead of the answer.</summary>
    public bool HasWaited { get; set; }

    /// <summary>When the first change came that only this round decides about.</summary>
    public long? AskedFor { get; set; }
}
