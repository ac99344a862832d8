using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Accelerators.Collectives;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Grains.Accelerators;

/// <summary>
/// A device as the holder of a lease sees it: the same kernels, and memory up to its share. What a holder asks beyond that is refused to
/// it alone; blocks that it freed are kept for itself and go when the lease ends. Thread-safe.
/// </summary>
internal sealed class AcceleratorPartition : IAccelerator, ITensorAllocator, IAcceleratorMonitor
{
    private readonly IAccelerator _device;
    private readonly string _owner;
    private readonly HostMemory _memory;

    /// <param name="device">The whole device; its owner disposes of it.</param>
    /// <param name="owner">Who holds the share, for messages.</param>
    /// <param name="memoryBytes">The share, 1 or more.</param>
    /// <exception cref="NotSupportedException">The device's memory is not the host's.</exception>
    public AcceleratorPartition(IAccelerator device, string owner, long memoryBytes)
    {
        if (!device.Info.IsHostMemory)
        {
            throw new NotSupportedException(
                $"{device.Info.Name} has memory of its own, which is given whole; ask for it without a fraction of memory.");
        }

        (_device, _owner) = (device, owner);
        _memory = new HostMemory(memoryBytes);
        Info = device.Info with { MemoryBytes = memoryBytes };
    }

    public AcceleratorInfo Info { get; }

    public ITensorAllocator Memory => this;

    public IKernelLibrary Kernels => _device.Kernels;

    public ICollectiveLibrary Collectives => _device.Collectives;

    public IGraphBinding Binding => _device.Binding;

    public IAcceleratorMonitor Monitor => this;

    public AcceleratorReading Read() => _device.Monitor.Read() with { MemoryUsedBytes = _memory.UsedBytes, MemoryPeakBytes = _memory.PeakBytes };

    public TensorStorage Allocate(long bytes)
    {
        try
        {
            return _memory.Allocate(bytes);
        }
        catch (MemoryBudgetException exception)
        {
            throw new MemoryBudgetException(
                $"{_owner} asks for {bytes} bytes more of {_device.Info.Name}; its share of the memory is {_memory.BudgetBytes} bytes, "
                + $"of which {_memory.UsedBytes} are in use. Ask for more with resources.fraction.memory, or use a smaller batch.",
                exception);
        }
    }

    public void CopyToDevice(Tensor host, Tensor device) => _device.CopyToDevice(host, device);

    public void CopyToHost(Tensor device, Tensor host) => _device.CopyToHost(device, host);

    public void Synchronize() => _device.Synchronize();

    public void Dispose() => _memory.Dispose();
}
