namespace OrleansCompute.Scheduling.Speed;

/// <summary>How a step's batch is cut.</summary>
/// <param name="LocalBatch">Samples of one accelerator in one pass.</param>
/// <param name="AccumulationSteps">Passes before the one that ends with the exchange of gradients, 0 or more.</param>
public readonly record struct BatchPlan(int LocalBatch, int AccumulationSteps)
{
    /// <summary>Samples of a step on so many accelerators.</summary>
    public int Batch(int accelerators) => LocalBatch * (AccumulationSteps + 1) * accelerators;
}
