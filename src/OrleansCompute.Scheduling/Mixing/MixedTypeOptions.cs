namespace OrleansCompute.Scheduling.Mixing;

/// <summary>How <see cref="MixedTypePolicy"/> weighs jobs. The defaults were measured on Gavel's traces (see the policy's remarks).</summary>
public sealed record MixedTypeOptions
{
    /// <summary>
    /// Seconds of service, on its best type, after which what a job's weight owes to its youth is half, above 0 and finite. Default 8 hours: from 5 to
    /// 16 hours the mean completion time changes by less than 0.2 %.
    /// </summary>
    public double HalfWeightSeconds { get; init; } = 28_800;

    /// <summary>
    /// Part of its weight that a job keeps however much service it has had, 0 to 1: its own progress is worth something even where it will
    /// hold its accelerators for long. Default 0.3; with 0.1 completion takes 0.4 % longer, with 0.2 the same.
    /// </summary>
    public double LeastWeight { get; init; } = 0.3;

    /// <summary>
    /// Power of a job's slowness by which its weight grows, 0 to 2; slowness is the time since its submission over its service on its best
    /// type. Who was slow will be slow, so that an hour of progress saves it more than an hour; and who waits gets its turn. Of the wait of a
    /// job that never ran, less counts the more is asked for than there is. Default 0.5:
    /// with <see cref="LeastWeight"/> it takes 1.4 % off the mean completion time, 0.3 and 0.7 take off less.
    /// </summary>
    public double SlownessExponent { get; init; } = 0.5;

    /// <summary>Seconds that are added to both times of slowness, above 0 and finite, so that a job that has just come is not slow. Default one hour.</summary>
    public double SlownessSeconds { get; init; } = 3_600;

    /// <summary>
    /// Part by which staying where it is raises a job's value, 0 to 10. Default 0.02: half of the moves of 0, at the same mean
    /// completion time; 0.05 takes 0.05 % longer. Moves also cost the restart, spread over <see cref="MoveHorizonSeconds"/>.
    /// </summary>
    public double StayBonus { get; init; } = 0.02;

    /// <summary>Seconds over which a move must pay back its restart, above 0 and finite. Default one hour.</summary>
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
        Check(HalfWeightSeconds is > 0 and < double.PositiveInfinity, nameof(HalfWeightSeconds), HalfWeightSeconds, "above 0 and finite");
        Check(LeastWeight is >= 0 and <= 1, nameof(LeastWeight), LeastWeight, "0 to 1");
        Check(SlownessExponent is >= 0 and <= 2, nameof(SlownessExponent), SlownessExponent, "0 to 2");
        Check(SlownessSeconds is > 0 and < double.PositiveInfinity, nameof(SlownessSeconds), SlownessSeconds, "above 0 and finite");
        Check(StayBonus is >= 0 and <= 10, nameof(StayBonus), StayBonus, "0 to 10");
        Check(MoveHorizonSeconds is > 0 and < double.PositiveInfinity, nameof(MoveHorizonSeconds), MoveHorizonSeconds, "above 0 and finite");
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
