namespace OrleansCompute.Scheduling.Speed;

/// <summary>Duration of a training step without accumulation.</summary>
/// <param name="StepSeconds">All of it.</param>
/// <param name="SyncSeconds">The part that the exchange of gradients adds to the computation.</param>
public readonly record struct StepTime(double StepSeconds, double SyncSeconds)
{
    /// <summary>Duration of a pass that exchanges nothing.</summary>
    public double PassSeconds => StepSeconds - SyncSeconds;

    /// <summary>Duration of a step with so many passes more.</summary>
    public double TotalSeconds(int accumulationSteps) => StepSeconds + (accumulationSteps * PassSeconds);
}
