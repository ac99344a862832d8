namespace OrleansCompute.Training.Optimisers.Schedules;

/// <summary>
/// Rises in a straight line while it warms up, then falls as Final + (Peak - Final) (1 - progress)^Power (power 2 in You et al. 2017,
/// LARS). Behind the end it stays at Final.
/// </summary>
/// <param name="Peak">Largest step size, above 0 to 100.</param>
/// <param name="TotalSteps">Steps with the warm-up, 1 or more.</param>
/// <param name="Power">Above 0 to 16. Default 2.</param>
/// <param name="WarmUpSteps">0 to TotalSteps - 1. Default 0.</param>
/// <param name="Final">Step size at the end, 0 to Peak. Default 0.</param>
public sealed record PolynomialRate(double Peak, long TotalSteps, double Power = 2, long WarmUpSteps = 0, double Final = 0) : ILearningRateSchedule
{
    /// <inheritdoc/>
    public double Rate(long step) => step < WarmUpSteps
        ? Peak * ScheduleChecks.WarmUp(step, WarmUpSteps)
        : Final + ((Peak - Final) * Math.Pow(1 - ScheduleChecks.Progress(step, WarmUpSteps, TotalSteps), Power));

    /// <inheritdoc/>
    public IReadOnlyList<string> Validate() => new ScheduleChecks()
        .Rate(nameof(Peak), Peak)
        .Within(nameof(TotalSteps), TotalSteps, 1, ScheduleChecks.MaxSteps)
        .Above(nameof(Power), Power, 0, 16)
        .Within(nameof(WarmUpSteps), WarmUpSteps, 0, TotalSteps - 1)
        .Within(nameof(Final), Final, 0, Peak).Errors;
}
