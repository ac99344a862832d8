namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>What kernels of a processor share: vector instructions and the team of threads. Immutable and thread-safe.</summary>
internal sealed record CpuKernelContext(SimdLevel Level, WorkerTeam Team);
