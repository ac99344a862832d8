using System.Numerics;
using OrleansCompute.Tensors.Operators.Generation;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of operators that make numbers in order or put few into zeros.</summary>
internal static unsafe class GenerationKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<RangeOperator>((_, _, request) => request.Inputs[0]!.ElementType switch
        {
            ElementType.Float32 => new Range<float>(),
            ElementType.Int32 => new Range<int>(),
            ElementType.Int64 => new Range<long>(),
            _ => null,
        })
        .Add<EyeLikeOperator>((_, eye, request) => request.Outputs[0].ElementType switch
        {
            ElementType.Float32 => new Eye<float>(eye.Diagonal),
            ElementType.Int32 => new Eye<int>(eye.Diagonal),
            ElementType.Int64 => new Eye<long>(eye.Diagonal),
            _ => null,
        })
        .Add<MaxUnpoolOperator>((_, unpool, request) => request.Inputs.Count < 3 && request.Inputs[0]!.ElementType == ElementType.Float32
            ? new Unpool(unpool.Name, false)
            : null)
        .Add<MaxUnpoolGradientOperator>((_, unpool, request) => request.Inputs[0]!.ElementType == ElementType.Float32
            && unpool.Forward.Unpooled(request.Inputs[1]!.Shape).Equals(request.Inputs[0]!.Shape)
                ? new Unpool(unpool.Name, true)
                : null);

    /// <summary>start + i * step, for floats in double.</summary>
    private sealed class Range<T> : IKernel
        where T : unmanaged, INumber<T>
    {
        public void Run(KernelCall call)
        {
            Outputs.Ensure(call);
            var y = call.Output(0).AsSpan<T>();
            T start = *(T*)call.Input(0).Address, step = *(T*)call.Input(2).Address;
            for (var i = 0; i < y.Length; i++)
            {
                y[i] = typeof(T) == typeof(float)
                    ? T.CreateTruncating(double.CreateTruncating(start) + (i * double.CreateTruncating(step)))
                    : start + (T.CreateTruncating(i) * step);
            }
        }
    }

    private sealed class Eye<T>(int diagonal) : IKernel
        where T : unmanaged, INumber<T>
    {
        public void Run(KernelCall call)
        {
            var y = call.Output(0).AsSpan<T>();
            int rows = call.Output(0).Shape[0], columns = call.Output(0).Shape[1];
            y.Clear();
            for (var row = 0; row < rows; row++)
            {
                var column = (long)row + diagonal;
                if (column >= 0 && column < columns)
                {
                    y[(row * columns) + (int)column] = T.One;
                }
            }
        }
    }

    /// <summary>Maxima back to their places, or what is at these places.</summary>
    private sealed class Unpool(string user, bool isGradient) : IKernel
    {
        private readonly IndexReader _reader = new(user);

        public void Run(KernelCall call)
        {
            Outputs.Ensure(call);
            Span<float> x = call.Input(0).AsSpan<float>(), y = call.Output(0).AsSpan<float>();
            var places = _reader.Read(call.Input(1), isGradient ? x.Length : y.Length);
            if (isGradient)
            {
                for (var i = 0; i < places.Length; i++)
                {
                    y[i] = x[places[i]];
                }

                return;
            }

            y.Clear();
            for (var i = 0; i < places.Length; i++)
            {
                y[places[i]] = x[i];
            }
        }
    }
}
