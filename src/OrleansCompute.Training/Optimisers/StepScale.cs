namespace OrleansCompute.Training.Optimisers;

/// <summary>How one update differs from the one that the options describe, because its batch is not the initial one.</summary>
/// <param name="RateFactor">Multiplies the step size; above 0.</param>
/// <param name="SchedulePosition">Steps of the initial batch made so far, for the schedule of the step size; null for the updates made.</param>
public readonly record struct StepScale(double RateFactor, long? SchedulePosition = null)
{
    /// <summary>An update as the options describe it.</summary>
    public static StepScale One { get; } = new(1);
}
