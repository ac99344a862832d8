namespace OrleansCompute.Training.Optimisers.Schedules;

/// <summary>Falls by a factor with every step: Initial Factor^step.</summary>
/// <param name="Initial">First step size, above 0 to 100.</param>
/// <param name="Factor">Above 0 to 1.</param>
public sealed record ExponentialRate(double Initial, double Factor) : ILearningRateSchedule
{
    /// <inheritdoc/>
    public double Rate(long step) => Initial * Math.Pow(Factor, step);

    /// <inheritdoc/>
    public IReadOnlyList<string> Validate() =>
        new ScheduleChecks().Rate(nameof(Initial), Initial).Above(nameof(Factor), Factor, 0, 1).Errors;
}
