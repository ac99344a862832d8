using System.Numerics;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Reductions;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Places of the largest or smallest elements along an axis. Along rows of float32 the value is found first and then its place; else rows are
/// compared with the best so far, so that memory is read in its order. Threads take outer indices.
/// </summary>
internal sealed unsafe class ArgKernel<T> : RangeKernel
    where T : unmanaged, INumber<T>
{
    private readonly ArgReduceOperator _op;
    private readonly AxisPass _pass;
    private readonly T[][] _best;
    private T* _x;
    private long* _y;

    public ArgKernel(CpuKernelContext context, ArgReduceOperator op, KernelRequest request)
        : base(context)
    {
        var shape = request.Inputs[0]!.Shape;
        var axis = shape.Axis(op.Axis, op.Name);
        _op = op;
        _pass = new AxisPass(shape.Product(0, axis), shape[axis], shape.Product(axis + 1, shape.Rank));
        _best = [.. Enumerable.Range(0, context.Team.Parts).Select(_ => new T[_pass.Inner])];
    }

    public override void Run(KernelCall call)
    {
        _x = (T*)call.Input(0).Address;
        _y = (long*)call.Output(0).Address;
        Share(_pass.Outer, call.Input(0).Shape.Elements);
    }

    protected override void Range(int start, int end, int part)
    {
        for (var outer = start; outer < end; outer++)
        {
            var x = _x + ((nint)outer * _pass.Axis * _pass.Inner);
            var y = _y + ((nint)outer * _pass.Inner);
            if (_pass.Inner == 1 && typeof(T) == typeof(float))
            {
                *y = Row(new ReadOnlySpan<float>(x, _pass.Axis));
            }
            else
            {
                Columns(x, y, _best[part]);
            }
        }
    }

    private int Row(ReadOnlySpan<float> x)
    {
        var best = _op.IsMax ? Reductions.Max(Context.Level, x) : Reductions.Min(Context.Level, x);

        // A NaN wins, as in NumPy and PyTorch; the first one is found below.
        if (float.IsNaN(best))
        {
            var at = 0;
            while (!float.IsNaN(x[at]))
            {
                at++;
            }

            return at;
        }

        return _op.SelectsLast ? x.LastIndexOf(best) : x.IndexOf(best);
    }

    private void Columns(T* x, long* y, T[] best)
    {
        var inner = _pass.Inner;
        new ReadOnlySpan<T>(x, inner).CopyTo(best);
        new Span<long>(y, inner).Clear();
        for (var row = 1; row < _pass.Axis; row++)
        {
            var values = x + ((nint)row * inner);
            for (var i = 0; i < inner; i++)
            {
                var value = values[i];
                var isBetter = _op.IsMax ? value > best[i] : value < best[i];
                if (isBetter || (T.IsNaN(value) && !T.IsNaN(best[i])) || (_op.SelectsLast && value == best[i]))
                {
                    (best[i], y[i]) = (value, row);
                }
            }
        }
    }
}
