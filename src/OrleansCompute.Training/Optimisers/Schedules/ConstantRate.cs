namespace OrleansCompute.Training.Optimisers.Schedules;

/// <summary>The same step size always.</summary>
/// <param name="Value">Above 0 to 100.</param>
public sealed record ConstantRate(double Value) : ILearningRateSchedule
{
    /// <inheritdoc/>
    public double Rate(long step) => Value;

    /// <inheritdoc/>
    public IReadOnlyList<string> Validate() => new ScheduleChecks().Rate(nameof(Value), Value).Errors;
}
