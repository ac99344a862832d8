using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Incremental;

/// <summary>How far an <see cref="IncrementalRound"/> looks beyond what changed.</summary>
public sealed record IncrementalOptions
{
    /// <summary>
    /// Jobs that wait and may start, 0 to 100,000: of each tenant those with the highest priority, the least service, and first come, the
    /// tenant with the least for its weight first. Default 64.
    /// </summary>
    public int Waiting { get; init; } = 64;

    /// <summary>
    /// Jobs that run and may give, grow or move, 0 to 100,000: those with the lowest priority and most accelerators above their minimum.
    /// Default 16. More make room for a newcomer on more nodes, and cost time for each.
    /// </summary>
    public int Running { get; init; } = 16;

    /// <summary>
    /// Most unfinished jobs with deadlines, 0 to 100,000: their plan needs all of them, so where there are more each decision is a whole
    /// round. Default 128.
    /// </summary>
    public int Deadlines { get; init; } = 128;

    /// <summary>
    /// Jobs that have waited longest, beyond <see cref="StarvationSeconds"/>, 0 to 100,000: accelerators that are held back for them are
    /// not for others. Default 8.
    /// </summary>
    public int Starving { get; init; } = 8;

    /// <summary>Seconds after which a job has waited too long, above 0. Default 3600, as reservations count.</summary>
    public double StarvationSeconds { get; init; } = 3_600;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; all that are, are named.</exception>
    public void Validate()
    {
        var problems = new ProblemList();
        problems.Check(Waiting is >= 0 and <= 100_000, nameof(Waiting), Waiting, "0 to 100000");
        problems.Check(Running is >= 0 and <= 100_000, nameof(Running), Running, "0 to 100000");
        problems.Check(Deadlines is >= 0 and <= 100_000, nameof(Deadlines), Deadlines, "0 to 100000");
        problems.Check(Starving is >= 0 and <= 100_000, nameof(Starving), Starving, "0 to 100000");
        problems.Check(StarvationSeconds > 0, nameof(StarvationSeconds), StarvationSeconds, "above 0");
        if (problems.Text is { } text)
        {
            throw new ArgumentException(text);
        }
    }
}
