namespace OrleansCompute.Scheduling.Mixing;

/// <summary>How <see cref="MixedTypePolicy"/> weighs jobs. The defaults were measured on Gavel's traces (see the policy's remarks).</summary>
public sealed record MixedTypeOptions
{
    /// <summary>
    /// Seconds of service, on its best type, after which a job counts half, above 0. Default 16 hours: from 4 to 64 hours the mean
    /// completion time changes by less than 1.5 %.
    /// </summary>
    public double HalfWeightSeconds { get; init; } = 57_600;

    /// <summary>
    /// Part by which staying where it is raises a job's value, 0 to 10. Default 0.05: a third of the moves of 0, at the same mean
    /// completion time. Moves also cost the restart, spread over <see cref="MoveHorizonSeconds"/>.
    /// </summary>
    public double StayBonus { get; init; } = 0.05;

    /// <summary>Seconds over which a move must pay back its restart, above 0. Default one hour.</summary>
    public double MoveHorizonSeconds { get; init; } = 3_600;

    /// <summary>Steps of the search for prices, 1 to 1000. Default 40; 100 gives the same results.</summary>
    public int PriceSteps { get; init; } = 40;

    /// <summary>
    /// Looks at a job and a type that local improvement may take in a round, 0 or more; it stops there, so that a large queue does not
    /// make a round slow. Default 2 million, some 10 ms.
    /// </summary>
    public int ImprovementLooks { get; init; } = 2_000_000;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; all that are, are named.</exception>
    public void Validate()
    {
        var problems = new List<string>();
        Check(HalfWeightSeconds > 0, nameof(HalfWeightSeconds), HalfWeightSeconds, "above 0");
        Check(StayBonus is >= 0 and <= 10, nameof(StayBonus), StayBonus, "0 to 10");
        Check(MoveHorizonSeconds > 0, nameof(MoveHorizonSeconds), MoveHorizonSeconds, "above 0");
        Check(PriceSteps is >= 1 and <= 1_000, nameof(PriceSteps), PriceSteps, "1 to 1000");
        Check(ImprovementLooks >= 0, nameof(ImprovementLooks), ImprovementLooks, "0 or more");
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
