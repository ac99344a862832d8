namespace OrleansCompute.Training.Optimisers.Schedules;

/// <summary>Falls by a factor every so many steps: Initial Factor^floor(step / Every).</summary>
/// <param name="Initial">First step size, above 0 to 100.</param>
/// <param name="Every">Steps between two falls, 1 or more.</param>
/// <param name="Factor">Above 0 to 1. Default 0.1, as He et al. 2016 trained ResNet.</param>
public sealed record StepRate(double Initial, long Every, double Factor = 0.1) : ILearningRateSchedule
{
    /// <inheritdoc/>
    public double Rate(long step) => Initial * Math.Pow(Factor, step / Every);

    /// <inheritdoc/>
    public IReadOnlyList<string> Validate() =>
        new ScheduleChecks().Rate(nameof(Initial), Initial).Within(nameof(Every), Every, 1, ScheduleChecks.MaxSteps).Above(nameof(Factor), Factor, 0, 1).Errors;
}
