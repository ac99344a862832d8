namespace OrleansCompute.Scheduling.Packing;

/// <summary>A machine that tasks are packed on.</summary>
/// <param name="Name">Unique in the pool.</param>
/// <param name="Model">Model of its accelerators, all alike; empty where it has none.</param>
/// <param name="CpuMilli">Processor, thousandths of a core, 0 or more.</param>
/// <param name="MemoryMib">Memory, MiB, 0 or more.</param>
/// <param name="Accelerators">Number of accelerators, 0 to <see cref="PackingPool.MaxAcceleratorsPerNode"/>.</param>
public sealed record PackingNode(string Name, string Model, int CpuMilli, long MemoryMib, int Accelerators);
