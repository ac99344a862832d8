using System.Runtime.InteropServices;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.ToyChip;

/// <summary>The kernels of the toy: Relu, and products of two matrices. Everything else is computed on the host.</summary>
public sealed class ToyKernels : IKernelLibrary
{
    private long _runs;

    public string Name => "toy";

    public long Runs => Interlocked.Read(ref _runs);

    public IKernel? Create(KernelRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Inputs.Any(type => type is not { ElementType: ElementType.Float32, Shape.Rank: 2 }))
        {
            return null;
        }

        return request.Operator switch
        {
            ReluOperator => new Kernel(this, Relu),
            MatMulOperator { TransposesLeft: false, TransposesRight: false } => new Kernel(this, Multiply),
            _ => null,
        };
    }

    /// <summary>The memory of a tensor: the block, from the tensor's offset on.</summary>
    public static Span<byte> Cells(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.Storage is ToyStorage storage && tensor.IsContiguous
            ? storage.Cells(tensor.Offset * tensor.ElementType.Size(), tensor.Type.Bytes)
            : throw new ArgumentException($"{tensor} is in memory of {tensor.Storage.Place}; it must be a contiguous tensor of the toy.", nameof(tensor));
    }

    private static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(Cells(tensor));

    private static void Relu(KernelCall call)
    {
        Span<float> x = Floats(call.Input(0)), y = Floats(call.Output(0));
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = x[i] < 0 ? 0 : x[i];
        }
    }

    private static void Multiply(KernelCall call)
    {
        Span<float> a = Floats(call.Input(0)), b = Floats(call.Input(1)), c = Floats(call.Output(0));
        int inner = call.Input(0).Shape[1], columns = call.Output(0).Shape[1];
        for (var i = 0; i < c.Length; i++)
        {
            var sum = 0.0;
            for (var k = 0; k < inner; k++)
            {
                sum += a[(i / columns * inner) + k] * b[(k * columns) + (i % columns)];
            }

            c[i] = (float)sum;
        }
    }

    private sealed class Kernel(ToyKernels library, Action<KernelCall> run) : IKernel
    {
        public void Run(KernelCall call)
        {
            run(call);
            Interlocked.Increment(ref library._runs);
        }
    }
}
