using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Simulations.Pollux;

/// <summary>A line of a placements or scalability file.</summary>
/// <param name="LocalBatch">Samples of one accelerator.</param>
/// <param name="Time">Time of a step.</param>
public readonly record struct MeasuredStep(int LocalBatch, StepTime Time);
