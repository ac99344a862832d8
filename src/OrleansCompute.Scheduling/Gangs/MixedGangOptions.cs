namespace OrleansCompute.Scheduling.Gangs;

/// <summary>When a job runs on several types of accelerators at once.</summary>
public sealed record MixedGangOptions
{
    /// <summary>
    /// Speed of a mixed gang over the sum of what its members would do among their own, above 0 to 1: what the unified measurement finds
    /// for jobs that run mixed (their heterogeneous efficiency). Default 0.9, the lower end of what the demonstration's mixed training
    /// measures (0.90 to 0.98), in which each worker's part of the batch is in proportion to its speed.
    /// </summary>
    public double Efficiency { get; init; } = 0.9;

    /// <summary>
    /// How long a change is expected to last, in restarts of the job, above 1 to 1,000. Default 10. A mixed gang is left alone for as long,
    /// and a change must bring more work within that time than it costs.
    /// </summary>
    public double HorizonRestarts { get; init; } = 10;

    /// <summary>
    /// How many times as fast a smaller gang must be expected to be before a job gives back accelerators that nobody else takes, 1 to 100.
    /// Default 1.25: learned step times of a machine that also does other things differ by tens of per cent from one round to the next, and
    /// without it a job that was alone in its pool was seen to give two of three accelerators back, and to take them again.
    /// </summary>
    public double LeastShrinkGain { get; init; } = 1.25;

    /// <summary>Most types in one gang, 2 to 16. Default 3: each more adds less than it makes the exchange of gradients wait.</summary>
    public int MaxTypes { get; init; } = 3;

    /// <summary>
    /// Least speed of an accelerator in a gang, as a part of the fastest member's, 0 to 1. Default 0.1: slower ones' parts of the batch
    /// would round to nothing.
    /// </summary>
    public double LeastRelativeSpeed { get; init; } = 0.1;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; all that are, are named.</exception>
    public void Validate()
    {
        var problems = new List<string>();
        Check(Efficiency is > 0 and <= 1, nameof(Efficiency), Efficiency, "above 0 to 1");
        Check(HorizonRestarts is > 1 and <= 1_000, nameof(HorizonRestarts), HorizonRestarts, "above 1 to 1000");
        Check(LeastShrinkGain is >= 1 and <= 100, nameof(LeastShrinkGain), LeastShrinkGain, "1 to 100");
        Check(MaxTypes is >= 2 and <= 16, nameof(MaxTypes), MaxTypes, "2 to 16");
        Check(LeastRelativeSpeed is >= 0 and <= 1, nameof(LeastRelativeSpeed), LeastRelativeSpeed, "0 to 1");
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", problems));
        }

        void Check(bool isRight, string name, double value, string allowed)
        {
            if (!isRight)
            {
                problems.Add($"{name} is {value}; allowed {allowed}.");
            }
        }
    }
}
