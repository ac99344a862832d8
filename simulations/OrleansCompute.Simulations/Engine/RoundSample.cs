namespace OrleansCompute.Simulations.Engine;

/// <summary>The cluster after a round.</summary>
/// <param name="Seconds">When.</param>
/// <param name="Ready">Accelerators of ready nodes.</param>
/// <param name="Held">Accelerators held.</param>
/// <param name="Fragmented">Free accelerators on nodes that are partly used, while jobs wait.</param>
/// <param name="Demand">Accelerators that all unfinished jobs request.</param>
/// <param name="Running">Jobs with accelerators.</param>
/// <param name="Waiting">Jobs without.</param>
public readonly record struct RoundSample(
    double Seconds, int Ready, int Held, int Fragmented, long Demand, int Running, int Waiting);
