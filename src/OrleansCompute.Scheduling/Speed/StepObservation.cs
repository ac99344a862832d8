namespace OrleansCompute.Scheduling.Speed;

/// <summary>A measured training step.</summary>
/// <param name="Nodes">Nodes that took part.</param>
/// <param name="Accelerators">Accelerators that took part.</param>
/// <param name="LocalBatch">Samples of one accelerator in the pass.</param>
/// <param name="Time">How long it took.</param>
public readonly record struct StepObservation(int Nodes, int Accelerators, int LocalBatch, StepTime Time);
