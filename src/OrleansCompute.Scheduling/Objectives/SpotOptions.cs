using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Objectives;

/// <summary>How nodes that may be taken back are used.</summary>
public sealed record SpotOptions
{
    /// <summary>Jobs expected to take longer than this, seconds, are kept off reclaimable nodes where others will do; above 0. Default 4 hours.</summary>
    public double LongSeconds { get; init; } = 4 * 3_600;

    /// <summary>Seconds before an announced reclaim by which jobs must have left, beyond twice their restart, 0 to 86,400. Default 120, two rounds.</summary>
    public double LeadSeconds { get; init; } = 120;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; all that are, are named.</exception>
    public void Validate()
    {
        var problems = new ProblemList();
        problems.Check(LongSeconds > 0, nameof(LongSeconds), LongSeconds, "above 0");
        problems.Check(LeadSeconds is >= 0 and <= 86_400, nameof(LeadSeconds), LeadSeconds, "0 to 86400");
        if (problems.Text is { } text)
        {
            throw new ArgumentException(text);
        }
    }
}
