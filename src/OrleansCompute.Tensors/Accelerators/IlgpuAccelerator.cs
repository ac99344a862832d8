using ILGPU;
using ILGPU.Runtime;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Ilgpu;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Accelerators;

/// <summary>
/// A device that ILGPU knows: CUDA and OpenCL devices with the official package, a CPU in the shape of a GPU with either build. Kernels
/// are enqueued on the device's default stream in the order of their calls. Thread-safe; disposing waits for running work.
/// </summary>
public sealed class IlgpuAccelerator : IAccelerator, IGraphBinding, IAcceleratorMonitor, IKernelCounter
{
    private readonly Context _context;
    private readonly Accelerator _device;
    private readonly IlgpuMemory _memory;
    private readonly IlgpuContext _kernelContext;
    private readonly IlgpuKernelLibrary _kernels;
    private long _kernelsRun;
    private int _disposed;

    internal IlgpuAccelerator(Context context, Device device, AcceleratorInfo info, long memoryBudgetBytes)
    {
        _context = context;
        _device = device.CreateAccelerator(context);
        _memory = new IlgpuMemory(_device, $"{info.Driver}:{info.Index}", Math.Min(memoryBudgetBytes, info.MemoryBytes));
        _kernelContext = new IlgpuContext(_device, _memory);
        _kernels = new IlgpuKernelLibrary(_kernelContext);
        Info = info with { MemoryBytes = _memory.BudgetBytes };
    }

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

    IReadOnlyList<IGraphPass> IGraphBinding.Passes { get; } = [new ElementwiseFusionPass()];

    /// <inheritdoc/>
    public AcceleratorReading Read() => new(_memory.UsedBytes, _memory.PeakBytes, Interlocked.Read(ref _kernelsRun));

    void IKernelCounter.Add(int kernels) => Interlocked.Add(ref _kernelsRun, kernels);

    /// <inheritdoc/>
    public void CopyToDevice(Tensor host, Tensor device)
    {
        Check(host, device);
        if (host.Type.Bytes > 0)
        {
            View(device).CopyFromCPU(_device.DefaultStream, (ReadOnlySpan<byte>)host.AsBytes());
            _device.DefaultStream.Synchronize();
        }
    }

    /// <inheritdoc/>
    public void CopyToHost(Tensor device, Tensor host)
    {
        Check(device, host);
        if (host.Type.Bytes > 0)
        {
            View(device).CopyToCPU(_device.DefaultStream, host.AsBytes());
            _device.DefaultStream.Synchronize();
            _kernelContext.ThrowFault();
        }
    }

    /// <inheritdoc/>
    public void Synchronize()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        _device.Synchronize();
        _kernelContext.ThrowFault();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _device.Synchronize();
            _memory.Dispose();
            _device.Dispose();
            _context.Dispose();
        }
    }

    private ArrayView1D<byte, Stride1D.Dense> View(Tensor tensor)
    {
        var bytes = _kernelContext.Bytes(tensor);
        return new ArrayView1D<byte, Stride1D.Dense>(bytes, bytes.Extent, default);
    }

    private void Check(Tensor from, Tensor to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (from.Type != to.Type)
        {
            throw new Shapes.ShapeMismatchException($"{from} cannot be copied to {to}; the types must be equal.");
        }
    }
}
