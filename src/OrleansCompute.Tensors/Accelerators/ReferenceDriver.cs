namespace OrleansCompute.Tensors.Accelerators;

/// <summary>The host with the slow, obvious kernels, as a driver with one device. Thread-safe.</summary>
public sealed class ReferenceDriver : IAcceleratorDriver
{
    /// <inheritdoc/>
    public string Name => "reference";

    /// <inheritdoc/>
    public IReadOnlyList<AcceleratorInfo> Enumerate() =>
        [new AcceleratorInfo(Name, 0, "reference kernels", CpuDriver.HostMemoryBytes, 1, IsHostMemory: true)];

    /// <inheritdoc/>
    public IAccelerator Open(AcceleratorInfo device, AcceleratorOptions options)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        return device.Driver == Name && device.Index == 0
            ? new ReferenceAccelerator(options.MemoryBudgetBytes ?? long.MaxValue)
            : throw new AcceleratorException($"{device.Driver} device {device.Index} is not one of the driver {Name}; it has device 0 only.");
    }
}
