using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Simulations.Pollux;

/// <summary>The measurements themselves as what a policy knows: an application that was profiled before.</summary>
public sealed class MeasuredThroughput(ApplicationProfile profile) : IThroughputModel
{
    /// <inheritdoc/>
    public int Version => 0;

    /// <inheritdoc/>
    public StepTime? Predict(string acceleratorType, int nodes, int accelerators, int localBatch) =>
        profile.Types.TryGetValue(acceleratorType, out var type) ? type.Step(nodes, accelerators, localBatch) : null;

    /// <inheritdoc/>
    public int MaxLocalBatch(string acceleratorType, int nodes, int accelerators) =>
        profile.Types.TryGetValue(acceleratorType, out var type) ? type.LargestBatch(nodes, accelerators) : 1;

    /// <inheritdoc/>
    public int MaxTrustedAccelerators(string acceleratorType) =>
        profile.Types.TryGetValue(acceleratorType, out var type) ? type.MaxAccelerators : 0;
}
