using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu;
using OrleansCompute.Tensors.Kernels.Cpu.Library;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Accelerators;

/// <summary>
/// This processor, with kernels for its vector instructions and a team of threads that one kernel divides its work among. Thread-safe;
/// kernels of several threads take turns with the team. Disposing ends its threads.
/// </summary>
public sealed class CpuAccelerator : IAccelerator, IGraphBinding, IAcceleratorMonitor, IKernelCounter
{
    /// <summary>Most threads of one team.</summary>
    public const int MaxThreads = 256;

    private readonly HostMemory _memory;
    private readonly WorkerTeam _team;
    private readonly CpuKernelLibrary _kernels;
    private long _kernelsRun;

    /// <summary>Opens it.</summary>
    /// <param name="level">Vector instructions to use.</param>
    /// <param name="threads">Threads that one kernel divides its work among, 1 to 256; the calling thread is one of them. Default 1.</param>
    /// <param name="memoryBudgetBytes">Most bytes of tensors at the same time, 1 or more; default: no limit but the machine's.</param>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the instructions.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public CpuAccelerator(SimdLevel level, int threads = 1, long memoryBudgetBytes = long.MaxValue)
    {
        if (!Enum.IsDefined(level))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, "SIMD level: allowed Scalar, Vector256, Vector512.");
        }

        if (threads is < 1 or > MaxThreads)
        {
            throw new ArgumentOutOfRangeException(nameof(threads), threads, $"Threads: allowed 1 to {MaxThreads}.");
        }

        if (!SimdSupport.IsSupported(level))
        {
            throw new PlatformNotSupportedException(
                $"SIMD level {level} is not supported by this processor; the best supported one is {SimdSupport.Best}. Use that or a lower one.");
        }

        Level = level;
        Threads = threads;
        _memory = new HostMemory(memoryBudgetBytes);
        _team = new WorkerTeam(threads, "cpu kernels");
        _kernels = new CpuKernelLibrary(level, _team);
        Info = new AcceleratorInfo("cpu", 0, $"cpu {level}, {threads} threads", Math.Min(memoryBudgetBytes, CpuDriver.HostMemoryBytes), threads, IsHostMemory: true);
    }

    /// <summary>The widest vector instructions of this processor, one thread, no memory budget.</summary>
    public CpuAccelerator()
        : this(SimdSupport.Best)
    {
    }

    /// <summary>Vector instructions in use.</summary>
    public SimdLevel Level { get; }

    /// <summary>Threads of the team.</summary>
    public int Threads { get; }

    /// <inheritdoc/>
    public AcceleratorInfo Info { get; }

    /// <inheritdoc/>
    public ITensorAllocator Memory => _memory;

    /// <inheritdoc/>
    public IKernelLibrary Kernels => _kernels;

    /// <inheritdoc/>
    public IGraphBinding Binding => this;

    /// <inheritdoc/>
    public IAcceleratorMonitor Monitor => this;

    IReadOnlyList<IGraphPass> IGraphBinding.Passes => CpuDriver.Passes;

    /// <inheritdoc/>
    public AcceleratorReading Read() => new(_memory.UsedBytes, _memory.PeakBytes, Interlocked.Read(ref _kernelsRun));

    void IKernelCounter.Add(int kernels) => Interlocked.Add(ref _kernelsRun, kernels);

    /// <inheritdoc/>
    public void CopyToDevice(Tensor host, Tensor device)
    {
        ArgumentNullException.ThrowIfNull(host);
        host.CopyTo(device);
    }

    /// <inheritdoc/>
    public void CopyToHost(Tensor device, Tensor host)
    {
        ArgumentNullException.ThrowIfNull(device);
        device.CopyTo(host);
    }

    /// <inheritdoc/>
    public void Synchronize()
    {
        // A kernel's call returns when its threads have finished.
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _team.Dispose();
        _memory.Dispose();
    }
}
