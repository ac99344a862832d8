namespace OrleansCompute.Grains.Pools;

/// <summary>An accelerator, or a part of it, that a job is about to get.</summary>
internal sealed record NewLease(
    string Node, long Incarnation, string Accelerator, string Kind, double ScoreGflops, double ComputeShareFraction, long MemoryBytes);
