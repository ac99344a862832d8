using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Accelerators;

/// <summary>Finds and opens this machine's processor: one device, however many cores it has. Thread-safe.</summary>
public sealed class CpuDriver : IAcceleratorDriver
{
    /// <inheritdoc/>
    public string Name => "cpu";

    /// <summary>Memory that the process may use, as the runtime sees it (container limits included).</summary>
    internal static long HostMemoryBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>How a logical graph becomes one for processors.</summary>
    internal static IReadOnlyList<IGraphPass> Passes { get; } =
    [
        new ChannelsLastPass(),
        new PoolGradientPass(),
        new ProductFusionPass(),
        new ActivationFusionPass(),
        new ElementwiseFusionPass(),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<AcceleratorInfo> Enumerate() =>
        [new AcceleratorInfo(Name, 0, $"cpu {SimdSupport.Best}", HostMemoryBytes, Environment.ProcessorCount, IsHostMemory: true)];

    /// <inheritdoc/>
    public IAccelerator Open(AcceleratorInfo device, AcceleratorOptions options)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        return device.Driver == Name && device.Index == 0
            ? new CpuAccelerator(SimdSupport.Best, options.Threads, options.MemoryBudgetBytes ?? long.MaxValue)
            : throw new AcceleratorException($"{device.Driver} device {device.Index} is not one of the driver {Name}; it has device 0 only.");
    }
}
