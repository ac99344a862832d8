namespace OrleansCompute.Scheduling.Pooling;

/// <summary>An accelerator as a pool policy sees it.</summary>
/// <param name="Node">Node.</param>
/// <param name="Accelerator">Name on the node.</param>
/// <param name="Kind">What it is.</param>
/// <param name="ScoreGflops">Measured speed, 10⁹ operations a second.</param>
/// <param name="HeldBy">Tenant that holds it; null where it is free.</param>
public sealed record AcceleratorSlot(string Node, string Accelerator, string Kind, double ScoreGflops, string? HeldBy);
