using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Accelerators;

/// <summary>Finds and opens this machine's processor: one device, however many cores it has. Thread-safe.</summary>
public sealed class CpuDriver : IAcceleratorDriver
{
    private readonly SimdLevel _level;

    /// <summary>The driver <c>cpu</c>: the widest vector instructions of this processor.</summary>
    public CpuDriver()
    {
        _level = SimdSupport.Best;
        Name = "cpu";
    }

    /// <summary>A driver that uses given vector instructions: <c>cpu-avx512</c>, <c>cpu-avx2</c> or <c>cpu-scalar</c>.</summary>
    /// <param name="level">Vector instructions that this processor has.</param>
    public CpuDriver(SimdLevel level)
    {
        _level = level;
        Name = level switch { SimdLevel.Vector512 => "cpu-avx512", SimdLevel.Vector256 => "cpu-avx2", _ => "cpu-scalar" };
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Memory that the process may use, as the runtime sees it (container limits included).</summary>
    internal static long HostMemoryBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>How a logical graph becomes one for processors.</summary>
    internal static IReadOnlyList<IGraphPass> Passes { get; } =
    [
        .. GraphOptimiser.Quantised,
        new ConstantFoldingPass(dequantises: true),
        .. GraphOptimiser.Recognition,
        new AffineFoldingPass(),
        new QuantisedImagePass(),
        new ChannelsLastPass(),
        new PoolGradientPass(),
        new ProductFusionPass(),
        new RowAttentionPass(),
        new ActivationFusionPass(),
        new ElementwiseFusionPass(),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<AcceleratorInfo> Enumerate() =>
        [new AcceleratorInfo(Name, 0, $"cpu {_level}", HostMemoryBytes, Environment.ProcessorCount, IsHostMemory: true)];

    /// <inheritdoc/>
    public IAccelerator Open(AcceleratorInfo device, AcceleratorOptions options)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        return device.Driver == Name && device.Index == 0
            ? new CpuAccelerator(_level, options.Threads, options.MemoryBudgetBytes ?? long.MaxValue)
            : throw new AcceleratorException($"{device.Driver} device {device.Index} is not one of the driver {Name}; it has device 0 only.");
    }
}
