namespace OrleansCompute.Scheduling.Model;

/// <summary>What a job holds of one node.</summary>
/// <param name="Node">Index into <see cref="ClusterSnapshot.Nodes"/>.</param>
/// <param name="Accelerators">Whole accelerators, 1 or more.</param>
public readonly record struct NodeShare(int Node, int Accelerators);
