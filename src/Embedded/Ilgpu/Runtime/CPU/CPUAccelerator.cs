using System.Diagnostics;

namespace ILGPU.Runtime.CPU;

/// <summary>
/// Runs kernels on the CPU. A launch is done when its call returns, and what a kernel throws is thrown there. Launches from several
/// threads run at the same time.
/// </summary>
public sealed class CPUAccelerator : Accelerator
{
    internal CPUAccelerator(Context context, CPUDevice device, CPUAcceleratorMode mode, ThreadPriority threadPriority)
        : base(context, device)
    {
        if (mode is < CPUAcceleratorMode.Auto or > CPUAcceleratorMode.Parallel)
        {
            throw new ArgumentOutOfRangeException(nameof(mode), mode, $"{mode} is no mode; allowed: Auto, Sequential, Parallel.");
        }

        NativePtr = 1;
        Mode = mode;
        ThreadPriority = threadPriority;
        NumThreads = device.NumThreads;
        UsesSequentialExecution = mode == CPUAcceleratorMode.Sequential || (mode == CPUAcceleratorMode.Auto && Debugger.IsAttached);
        Workers = UsesSequentialExecution ? 1 : Math.Min(Environment.ProcessorCount, device.NumThreads);
        DefaultStream = new CpuStream(this);
        Bind();
        context.OnAcceleratorCreated(this);
    }

    /// <summary>The mode.</summary>
    public CPUAcceleratorMode Mode { get; }

    /// <summary>The priority that was asked for.</summary>
    public ThreadPriority ThreadPriority { get; }

    /// <summary>Whether groups run one after the other.</summary>
    public bool UsesSequentialExecution { get; }

    /// <summary>All threads of all multiprocessors.</summary>
    public int NumThreads { get; }

    internal override int Workers { get; }

    /// <inheritdoc/>
    protected override AcceleratorStream CreateStreamInternal() => new CpuStream(this);

    /// <inheritdoc/>
    protected override void SynchronizeInternal()
    {
    }

    /// <inheritdoc/>
    protected override MemoryBuffer AllocateRawInternal(long length, int elementSize) => new CpuMemoryBuffer(this, length, elementSize);

    /// <inheritdoc/>
    protected override PageLockScope<T> CreatePageLockFromPinnedInternal<T>(IntPtr pinned, long numElements) =>
        new CpuPageLockScope<T>(this, pinned, numElements);

    /// <inheritdoc/>
    protected override void DisposeAccelerator_SyncRoot(bool disposing)
    {
    }
}
