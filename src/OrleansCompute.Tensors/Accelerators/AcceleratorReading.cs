namespace OrleansCompute.Tensors.Accelerators;

/// <summary>One reading of a device. Immutable; null where the device does not tell.</summary>
/// <param name="MemoryUsedBytes">Bytes that tensors hold.</param>
/// <param name="MemoryPeakBytes">Most so far.</param>
/// <param name="KernelsRun">Kernels called since it was opened.</param>
/// <param name="TemperatureCelsius">Temperature.</param>
/// <param name="PowerWatts">Power drawn.</param>
public sealed record AcceleratorReading(
    long MemoryUsedBytes, long MemoryPeakBytes, long KernelsRun, double? TemperatureCelsius = null, double? PowerWatts = null);
