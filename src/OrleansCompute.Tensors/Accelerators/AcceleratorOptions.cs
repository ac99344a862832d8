namespace OrleansCompute.Tensors.Accelerators;

/// <summary>How a device is opened. Immutable.</summary>
public sealed record AcceleratorOptions
{
    /// <summary>Most bytes of tensors at the same time, 1 or more; null for all that the device has. A fractional lease sets it.</summary>
    public long? MemoryBudgetBytes { get; init; }

    /// <summary>Threads that one kernel may use, 1 or more; only for processors. Default 1.</summary>
    public int Threads { get; init; } = 1;
}
