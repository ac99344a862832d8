namespace OrleansCompute.Scheduling.Model;

/// <summary>The part of one accelerator that a job holds, and that its node enforces.</summary>
/// <param name="Node">Index into <see cref="ClusterSnapshot.Nodes"/>.</param>
/// <param name="Device">Index of the accelerator on the node, 0 or more.</param>
/// <param name="ComputeShare">Share of its time, above 0 and below 1: enforced by time slices.</param>
/// <param name="MemoryBytes">Memory, bytes, 0 or more: enforced by the allocator.</param>
public readonly record struct DeviceShare(int Node, int Device, double ComputeShare, long MemoryBytes);
