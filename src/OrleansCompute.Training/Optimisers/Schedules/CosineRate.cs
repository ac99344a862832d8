namespace OrleansCompute.Training.Optimisers.Schedules;

/// <summary>
/// Rises in a straight line while it warms up (Goyal et al. 2017), then falls along half a cosine (Loshchilov and Hutter, "SGDR", ICLR 2017,
/// equation 5, one period): Final + (Peak - Final) (1 + cos(pi progress)) / 2. Behind the end it stays at Final.
/// </summary>
/// <param name="Peak">Largest step size, above 0 to 100.</param>
/// <param name="TotalSteps">Steps with the warm-up, 1 or more.</param>
/// <param name="WarmUpSteps">0 to TotalSteps - 1. Default 0.</param>
/// <param name="Final">Step size at the end, 0 to Peak. Default 0.</param>
public sealed record CosineRate(double Peak, long TotalSteps, long WarmUpSteps = 0, double Final = 0) : ILearningRateSchedule
{
    /// <inheritdoc/>
    public double Rate(long step) => step < WarmUpSteps
        ? Peak * ScheduleChecks.WarmUp(step, WarmUpSteps)
        : Final + ((Peak - Final) * (1 + Math.Cos(Math.PI * ScheduleChecks.Progress(step, WarmUpSteps, TotalSteps))) / 2);

    /// <inheritdoc/>
    public IReadOnlyList<string> Validate() => new ScheduleChecks()
        .Rate(nameof(Peak), Peak)
        .Within(nameof(TotalSteps), TotalSteps, 1, ScheduleChecks.MaxSteps)
        .Within(nameof(WarmUpSteps), WarmUpSteps, 0, TotalSteps - 1)
        .Within(nameof(Final), Final, 0, Peak).Errors;
}
