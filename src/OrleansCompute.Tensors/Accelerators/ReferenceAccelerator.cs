using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Accelerators;

/// <summary>
/// The host with the slow, obvious kernels that define what every operator computes. For tests, for folding constants, and for operators
/// that an accelerator has no kernel for. Thread-safe.
/// </summary>
public sealed class ReferenceAccelerator : IAccelerator, IGraphBinding, IAcceleratorMonitor
{
    private readonly HostMemory _memory;

    /// <summary>Opens it.</summary>
    /// <param name="memoryBudgetBytes">Most bytes of tensors at the same time, 1 or more; default: no limit but the machine's.</param>
    public ReferenceAccelerator(long memoryBudgetBytes = long.MaxValue)
    {
        _memory = new HostMemory(memoryBudgetBytes);
        Info = new AcceleratorInfo("reference", 0, "reference kernels", memoryBudgetBytes, 1, IsHostMemory: true);
    }

    /// <inheritdoc/>
    public AcceleratorInfo Info { get; }

    /// <inheritdoc/>
    public ITensorAllocator Memory => _memory;

    /// <inheritdoc/>
    public IKernelLibrary Kernels => ReferenceKernelLibrary.Instance;

    /// <inheritdoc/>
    public IGraphBinding Binding => this;

    /// <inheritdoc/>
    public IAcceleratorMonitor Monitor => this;

    IReadOnlyList<IGraphPass> IGraphBinding.Passes => [];

    /// <inheritdoc/>
    public AcceleratorReading Read() => new(_memory.UsedBytes, _memory.PeakBytes, 0);

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
        // Kernels run on the caller's thread.
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
