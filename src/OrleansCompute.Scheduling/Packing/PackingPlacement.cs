namespace OrleansCompute.Scheduling.Packing;

/// <summary>Where a task goes.</summary>
/// <param name="Node">Index of the machine in <see cref="PackingPool.Nodes"/>.</param>
/// <param name="Devices">Bit i is set where the task takes (a share of) accelerator i of the machine.</param>
public readonly record struct PackingPlacement(int Node, ulong Devices);
