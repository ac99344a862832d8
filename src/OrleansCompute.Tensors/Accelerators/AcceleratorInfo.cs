namespace OrleansCompute.Tensors.Accelerators;

/// <summary>What a driver tells of a device. Immutable.</summary>
/// <param name="Driver">Name of the driver, for example <c>cpu</c>.</param>
/// <param name="Index">Number of the device within the driver, from 0.</param>
/// <param name="Name">Name of the model, for people.</param>
/// <param name="MemoryBytes">Memory that tensors can use.</param>
/// <param name="ComputeUnits">Cores or multiprocessors.</param>
/// <param name="IsHostMemory">Whether kernels read and write host memory: then nothing is copied.</param>
public sealed record AcceleratorInfo(string Driver, int Index, string Name, long MemoryBytes, int ComputeUnits, bool IsHostMemory);
