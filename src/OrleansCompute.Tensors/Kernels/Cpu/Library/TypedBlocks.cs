using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Element-wise kernels made of a function over runs of elements.</summary>
internal static unsafe class TypedBlocks
{
    public delegate void UnaryRun<TFrom, TTo>(ReadOnlySpan<TFrom> x, Span<TTo> y);

    public delegate void BinaryRun<TFrom, TTo>(ReadOnlySpan<TFrom> a, ReadOnlySpan<TFrom> b, Span<TTo> y);

    /// <summary>y = f(x).</summary>
    public sealed class Unary<TFrom, TTo>(CpuKernelContext context, KernelRequest request, UnaryRun<TFrom, TTo> function)
        : BlockKernel(context, [request.Inputs[0]], request.Outputs[0])
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        protected override void Compute(byte** inputs, byte* output, int count) =>
            function(new ReadOnlySpan<TFrom>(inputs[0], count), new Span<TTo>(output, count));
    }

    /// <summary>y = f(a, b).</summary>
    public sealed class Binary<TFrom, TTo>(CpuKernelContext context, KernelRequest request, BinaryRun<TFrom, TTo> function)
        : BlockKernel(context, [request.Inputs[0], request.Inputs[1]], request.Outputs[0])
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        protected override void Compute(byte** inputs, byte* output, int count) =>
            function(new ReadOnlySpan<TFrom>(inputs[0], count), new ReadOnlySpan<TFrom>(inputs[1], count), new Span<TTo>(output, count));
    }

    /// <summary>y = f(... f(f(a, b), c) ...) of any number of inputs.</summary>
    public sealed class Chain<T>(CpuKernelContext context, KernelRequest request, BinaryRun<T, T> function, UnaryRun<T, T>? last = null)
        : BlockKernel(context, request.Inputs, request.Outputs[0])
        where T : unmanaged
    {
        private readonly int _inputs = request.Inputs.Count;

        protected override void Compute(byte** inputs, byte* output, int count)
        {
            var y = new Span<T>(output, count);
            new ReadOnlySpan<T>(inputs[0], count).CopyTo(y);
            for (var i = 1; i < _inputs; i++)
            {
                function(y, new ReadOnlySpan<T>(inputs[i], count), y);
            }

            last?.Invoke(y, y);
        }
    }

    /// <summary>y = f(x), float32.</summary>
    public sealed class LaneUnary<TFunction>(CpuKernelContext context, KernelRequest request, TFunction function)
        : BlockKernel(context, [request.Inputs[0]], request.Outputs[0])
        where TFunction : struct, IUnaryFunction
    {
        protected override void Compute(byte** inputs, byte* output, int count) =>
            ElementLoops.Unary(Context.Level, function, new ReadOnlySpan<float>(inputs[0], count), new Span<float>(output, count));
    }

    /// <summary>y = f(a, b), float32.</summary>
    public sealed class LaneBinary<TFunction>(CpuKernelContext context, KernelRequest request, TFunction function)
        : BlockKernel(context, [request.Inputs[0], request.Inputs[1]], request.Outputs[0])
        where TFunction : struct, IBinaryFunction
    {
        protected override void Compute(byte** inputs, byte* output, int count) => ElementLoops.Binary(
            Context.Level, function, new ReadOnlySpan<float>(inputs[0], count), new ReadOnlySpan<float>(inputs[1], count), new Span<float>(output, count));
    }

    /// <summary>Chooses by a condition; elements of 1, 2, 4 or 8 bytes.</summary>
    public sealed class Where(CpuKernelContext context, KernelRequest request) : BlockKernel(context, request.Inputs, request.Outputs[0])
    {
        private readonly int _size = Shapes.ElementTypes.Size(request.Outputs[0].ElementType);

        protected override void Compute(byte** inputs, byte* output, int count)
        {
            switch (_size)
            {
                case 1: Selections.Choose(inputs[0], inputs[1], inputs[2], output, count); break;
                case 2: Selections.Choose(inputs[0], (ushort*)inputs[1], (ushort*)inputs[2], (ushort*)output, count); break;
                case 4: Selections.ChooseWords(Context.Level, inputs[0], (uint*)inputs[1], (uint*)inputs[2], (uint*)output, count); break;
                default: Selections.Choose(inputs[0], (ulong*)inputs[1], (ulong*)inputs[2], (ulong*)output, count); break;
            }
        }
    }
}
