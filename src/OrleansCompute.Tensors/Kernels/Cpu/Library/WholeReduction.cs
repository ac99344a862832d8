using System.Numerics;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Reductions of whole numbers in 64 bits: what does not fit loses its upper bits.</summary>
internal static class WholeReduction
{
    /// <summary>The kernel; null for other types, and for reductions whose results are no whole numbers.</summary>
    public static IKernel? Create(StopSignal stop, ReduceOperator op, KernelRequest request, Shape shape, bool[] reduced)
    {
        if (op.Reduction is Reduction.L2 or Reduction.LogSum or Reduction.LogSumExp)
        {
            return null;
        }

        var passes = AxisPass.Of(shape, reduced);
        return request.Inputs[0]!.ElementType switch
        {
            ElementType.Int32 => new Kernel<int>(stop, op.Reduction, passes),
            ElementType.Int64 => new Kernel<long>(stop, op.Reduction, passes),
            ElementType.UInt8 => new Kernel<byte>(stop, op.Reduction, passes),
            ElementType.Int8 => new Kernel<sbyte>(stop, op.Reduction, passes),
            ElementType.UInt32 => new Kernel<uint>(stop, op.Reduction, passes),
            ElementType.Bool when op.Reduction is Reduction.Max or Reduction.Min => new Kernel<byte>(stop, op.Reduction, passes, true),
            _ => null,
        };
    }

    private sealed unsafe class Kernel<T> : IKernel
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        /// <summary>Elements, some milliseconds, after which it looks at the signal.</summary>
        private const int Unit = 1 << 20;

        private readonly StopSignal _stop;
        private readonly Reduction _reduction;
        private readonly AxisPass[] _passes;
        private readonly long[][] _results;
        private readonly long _identity;
        private readonly long _count;

        public Kernel(StopSignal stop, Reduction reduction, AxisPass[] passes, bool isBool = false)
        {
            _stop = stop;
            _reduction = reduction;
            _passes = passes;
            _results = [.. passes.Select(pass => new long[pass.Outer * pass.Inner])];
            _count = passes.Aggregate(1L, (product, pass) => product * pass.Axis);
            _identity = reduction switch
            {
                Reduction.Max => isBool ? 0 : long.CreateTruncating(T.MinValue),
                Reduction.Min => isBool ? 1 : long.CreateTruncating(T.MaxValue),
                Reduction.Prod => 1,
                _ => 0,
            };
        }

        public void Run(KernelCall call)
        {
            var first = new ReadOnlySpan<T>(call.Input(0).Address, call.Input(0).Shape.Elements);
            Pass(_passes[0], first, _results[0], isFirst: true);
            for (var i = 1; i < _passes.Length; i++)
            {
                Pass<long>(_passes[i], _results[i - 1], _results[i], isFirst: false);
            }

            var y = new Span<T>(call.Output(0).Address, call.Output(0).Shape.Elements);
            var sums = _results[^1];
            for (var i = 0; i < y.Length; i++)
            {
                y[i] = T.CreateTruncating(_reduction == Reduction.Mean ? sums[i] / _count : sums[i]);
            }
        }

        private void Pass<TFrom>(AxisPass pass, ReadOnlySpan<TFrom> x, Span<long> y, bool isFirst)
            where TFrom : unmanaged, IBinaryInteger<TFrom>
        {
            y.Fill(_identity);
            int at = 0, next = Unit;
            for (var outer = 0; outer < pass.Outer; outer++)
            {
                var results = y.Slice(outer * pass.Inner, pass.Inner);
                for (var axis = 0; axis < pass.Axis; axis++, at += pass.Inner)
                {
                    if (at >= next)
                    {
                        if (_stop.IsRequested)
                        {
                            return;
                        }

                        next = at > int.MaxValue - Unit ? int.MaxValue : at + Unit;
                    }

                    Row(x.Slice(at, pass.Inner), results, isFirst);
                }
            }
        }

        private void Row<TFrom>(ReadOnlySpan<TFrom> x, Span<long> y, bool isFirst)
            where TFrom : unmanaged, IBinaryInteger<TFrom>
        {
            for (var i = 0; i < x.Length; i++)
            {
                var value = long.CreateTruncating(x[i]);
                y[i] = _reduction switch
                {
                    Reduction.Max => Math.Max(y[i], value),
                    Reduction.Min => Math.Min(y[i], value),
                    Reduction.Prod => y[i] * value,
                    Reduction.L1 when isFirst => y[i] + (value < 0 ? -value : value),
                    Reduction.SumSquare when isFirst => y[i] + (value * value),
                    _ => y[i] + value,
                };
            }
        }
    }
}
