namespace OrleansCompute.Scheduling.Colocation;

/// <summary>How <see cref="ColocationPolicy"/> pairs jobs.</summary>
public sealed record ColocationOptions
{
    /// <summary>Least part of its speed alone that each of two jobs must keep beside the other, above 0 to 1. Default 0.25.</summary>
    public double MinSpeedFraction { get; init; } = 0.25;

    /// <summary>
    /// Seconds that every job keeps what it got before it is moved to another, or away from it, 0 or more; a job's own
    /// <see cref="Model.JobSnapshot.MinRunSeconds"/> counts where that is longer. Default 0. A pipeline takes that of its rules.
    /// </summary>
    public double MinRunSeconds { get; init; }

    /// <summary>
    /// Jobs, those that are worth most for each accelerator, among which pairs are looked for in a round, 0 to 4096; 0 for no pairs.
    /// Default 256, which keeps a round of a long queue short.
    /// </summary>
    public int PairCandidates { get; init; } = 256;

    /// <summary>Steps of the search for prices at which pairs are matched, 1 to 1000. Default 40.</summary>
    public int PairingSteps { get; init; } = 40;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; all that are, are named.</exception>
    public void Validate()
    {
        var problems = new List<string>();
        Check(MinSpeedFraction is > 0 and <= 1, nameof(MinSpeedFraction), MinSpeedFraction, "above 0 to 1");
        Check(MinRunSeconds is >= 0 and < double.PositiveInfinity, nameof(MinRunSeconds), MinRunSeconds, "0 or more");
        Check(PairCandidates is >= 0 and <= 4_096, nameof(PairCandidates), PairCandidates, "0 to 4096");
        Check(PairingSteps is >= 1 and <= 1_000, nameof(PairingSteps), PairingSteps, "1 to 1000");
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
