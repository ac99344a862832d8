namespace OrleansCompute.Scheduling.Deadlines;

/// <summary>How jobs with deadlines are planned.</summary>
public sealed record DeadlineOptions
{
    /// <summary>
    /// Part of the remaining time that is kept in reserve, 0 to 0.9. Default 0.05: expectations of length and speed are a few percent off,
    /// and a job learns of new accelerators only at the next round.
    /// </summary>
    public double SlackFraction { get; init; } = 0.05;

    /// <summary>Restarts of the job that are kept in reserve, 0 to 100. Default 2: one to start, one when the plan changes.</summary>
    public double SlackRestarts { get; init; } = 2;

    /// <summary>
    /// A running job keeps more than its plan needs, up to this factor, instead of restarting to give some back, 1 to 100. Default 1.5.
    /// </summary>
    public double KeepFactor { get; init; } = 1.5;

    /// <summary>
    /// Most jobs with deadlines that are planned together, 1 to 4096. Default 512: planning takes time by its square, 512 some 10 ms, and up to 50 ms where all
    /// are on parts of accelerators. The
    /// earliest deadlines come first; admission refuses more.
    /// </summary>
    public int MaxPlanned { get; init; } = 512;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; all that are, are named.</exception>
    public void Validate()
    {
        var problems = new List<string>();
        Check(SlackFraction is >= 0 and <= 0.9, nameof(SlackFraction), SlackFraction, "0 to 0.9");
        Check(SlackRestarts is >= 0 and <= 100, nameof(SlackRestarts), SlackRestarts, "0 to 100");
        Check(KeepFactor is >= 1 and <= 100, nameof(KeepFactor), KeepFactor, "1 to 100");
        Check(MaxPlanned is >= 1 and <= 4_096, nameof(MaxPlanned), MaxPlanned, "1 to 4096");
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
