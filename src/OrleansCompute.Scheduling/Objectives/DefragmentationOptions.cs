using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Objectives;

/// <summary>When jobs are moved so that a gang is together.</summary>
public sealed record DefragmentationOptions
{
    /// <summary>Most jobs that one round moves, 0 to 1,000. Default 8.</summary>
    public int MaxMoves { get; init; } = 8;

    /// <summary>
    /// Seconds over which what a gang gains is counted, or its expected time where that is less, above 0. Default 3,600, the horizon after
    /// which most pools look different anyway.
    /// </summary>
    public double HorizonSeconds { get; init; } = 3_600;

    /// <summary>Accelerator-seconds that must be gained for each that is lost to restarts, 1 to 1,000. Default 2.</summary>
    public double GainFactor { get; init; } = 2;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; all that are, are named.</exception>
    public void Validate()
    {
        var problems = new ProblemList();
        problems.Check(MaxMoves is >= 0 and <= 1_000, nameof(MaxMoves), MaxMoves, "0 to 1000");
        problems.Check(HorizonSeconds is > 0 and < double.PositiveInfinity, nameof(HorizonSeconds), HorizonSeconds, "above 0");
        problems.Check(GainFactor is >= 1 and <= 1_000, nameof(GainFactor), GainFactor, "1 to 1000");
        if (problems.Text is { } text)
        {
            throw new ArgumentException(text);
        }
    }
}
