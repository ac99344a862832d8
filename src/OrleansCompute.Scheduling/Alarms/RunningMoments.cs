namespace OrleansCompute.Scheduling.Alarms;

/// <summary>Exponentially weighted mean and variance of a quantity (Finch 2009, "Incremental calculation of weighted mean and variance").</summary>
/// <param name="Mean">Mean, in the unit of the quantity.</param>
/// <param name="Variance">Variance, in its square.</param>
public readonly record struct RunningMoments(double Mean, double Variance)
{
    /// <summary>The moments with one more value.</summary>
    /// <param name="value">Finite value.</param>
    /// <param name="weight">Weight of the value, above 0 to 1.</param>
    public RunningMoments With(double value, double weight)
    {
        var difference = value - Mean;
        return new RunningMoments(Mean + (weight * difference), (1 - weight) * (Variance + (weight * difference * difference)));
    }
}
