namespace OrleansCompute.Training.Optimisers.Schedules;

/// <summary>The step size as a pure function of the number of the step: nothing to save in checkpoints. Immutable and thread-safe.</summary>
public interface ILearningRateSchedule
{
    /// <summary>Step size of a step.</summary>
    /// <param name="step">Steps made before it, 0 or more.</param>
    double Rate(long step);

    /// <summary>Every value outside its range, as sentences; empty if all is well.</summary>
    IReadOnlyList<string> Validate();
}
