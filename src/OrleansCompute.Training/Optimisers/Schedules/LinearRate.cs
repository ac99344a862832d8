namespace OrleansCompute.Training.Optimisers.Schedules;

/// <summary>Rises in a straight line while it warms up, then falls in one to Final (Devlin et al. 2019, BERT). Behind the end it stays there.</summary>
/// <param name="Peak">Largest step size, above 0 to 100.</param>
/// <param name="TotalSteps">Steps with the warm-up, 1 or more.</param>
/// <param name="WarmUpSteps">0 to TotalSteps - 1. Default 0.</param>
/// <param name="Final">Step size at the end, 0 to Peak. Default 0.</param>
public sealed record LinearRate(double Peak, long TotalSteps, long WarmUpSteps = 0, double Final = 0) : ILearningRateSchedule
{
    /// <inheritdoc/>
    public double Rate(long step) => step < WarmUpSteps
        ? Peak * ScheduleChecks.WarmUp(step, WarmUpSteps)
        : Peak + ((Final - Peak) * ScheduleChecks.Progress(step, WarmUpSteps, TotalSteps));

    /// <inheritdoc/>
    public IReadOnlyList<string> Validate() => new ScheduleChecks()
        .Rate(nameof(Peak), Peak)
        .Within(nameof(TotalSteps), TotalSteps, 1, ScheduleChecks.MaxSteps)
        .Within(nameof(WarmUpSteps), WarmUpSteps, 0, TotalSteps - 1)
        .Within(nameof(Final), Final, 0, Peak).Errors;
}
