using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.ToyChip;

/// <summary>The open toy: all four layers meet here.</summary>
public sealed class ToyAccelerator(AcceleratorInfo info, long budgetBytes) : IAccelerator, IGraphBinding, IAcceleratorMonitor
{
    private readonly ToyMemory _memory = new(budgetBytes);
    private readonly ToyKernels _kernels = new();

    public AcceleratorInfo Info => info;

    // Layer 1: memory.
    public ITensorAllocator Memory => _memory;

    // Layer 2: kernels. Collectives and streams: those of the interface will do.
    public IKernelLibrary Kernels => _kernels;

    // Layer 3: no passes of its own.
    public IGraphBinding Binding => this;

    public IReadOnlyList<IGraphPass> Passes => [];

    // Layer 4.
    public IAcceleratorMonitor Monitor => this;

    public AcceleratorReading Read() => new(_memory.UsedBytes, _memory.PeakBytes, _kernels.Runs, TemperatureCelsius: 21);

    public void CopyToDevice(Tensor host, Tensor device)
    {
        RequireEqual(host, device);
        host.AsBytes().CopyTo(ToyKernels.Cells(device));
    }

    public void CopyToHost(Tensor device, Tensor host)
    {
        RequireEqual(device, host);
        ToyKernels.Cells(device).CopyTo(host.AsBytes());
    }

    public void Synchronize()
    {
        // The toy computes while it is called; a real chip waits for its queue here.
    }

    public void Dispose() => _memory.Close();

    private static void RequireEqual(Tensor from, Tensor to)
    {
        if (from.Type != to.Type)
        {
            throw new ShapeMismatchException($"{from} cannot be copied to {to}; the types must be equal.");
        }
    }
}
