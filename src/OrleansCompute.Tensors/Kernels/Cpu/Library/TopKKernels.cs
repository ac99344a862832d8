using System.Numerics;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of choices along a dimension: the k largest or smallest in their order, and the one largest. Threads take outer elements.</summary>
internal static unsafe class TopKKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<TopKOperator>((context, top, request) => request.Inputs[0]!.ElementType switch
        {
            ElementType.Float32 => new TopK<float>(context, top, request),
            ElementType.Int32 => new TopK<int>(context, top, request),
            ElementType.Int64 => new TopK<long>(context, top, request),
            ElementType.UInt8 => new TopK<byte>(context, top, request),
            ElementType.Int8 => new TopK<sbyte>(context, top, request),
            _ => null,
        })
        .Add<HardmaxOperator>((_, op, request) => request.Inputs[0]!.ElementType == ElementType.Float32
            ? new Hardmax(SoftmaxRows.Of(request.Inputs[0]!.Shape, op.Axis, op.IsFlat))
            : null);

    private sealed class Hardmax(SoftmaxRows rows) : IKernel
    {
        public void Run(KernelCall call)
        {
            float* x = (float*)call.Input(0).Address, y = (float*)call.Output(0).Address;
            call.Output(0).AsSpan<float>().Clear();
            for (var row = 0; row < rows.Outer * rows.Inner && rows.Length > 0; row++)
            {
                var start = ((nint)(row / rows.Inner) * rows.Length * rows.Inner) + (row % rows.Inner);
                var best = start;
                for (var i = 1; i < rows.Length; i++)
                {
                    var at = start + ((nint)i * rows.Inner);
                    best = x[at] > x[best] ? at : best;
                }

                y[best] = 1;
            }
        }
    }

    /// <summary>
    /// Few are kept in a sorted list that a line's elements enter only if they beat its last; many are found by sorting the line. Of equal
    /// elements the first comes first.
    /// </summary>
    private sealed class TopK<T> : RangeKernel
        where T : unmanaged, INumber<T>
    {
        private const int MostInserted = 64;
        private readonly TopKOperator _op;
        private readonly AxisPass _pass;
        private readonly T[][] _values;
        private readonly int[][] _places;
        private readonly Comparison<int>[] _comparisons;
        private T* _x;
        private T* _y;
        private long* _indices;
        private int _k;

        public TopK(CpuKernelContext context, TopKOperator op, KernelRequest request)
            : base(context)
        {
            var shape = request.Inputs[0]!.Shape;
            var axis = shape.Axis(op.Axis, op.Name);
            _op = op;
            _pass = new AxisPass(shape.Product(0, axis), shape[axis], shape.Product(axis + 1, shape.Rank));
            _values = [.. Enumerable.Range(0, context.Team.Parts).Select(_ => new T[_pass.Axis])];
            _places = [.. Enumerable.Range(0, context.Team.Parts).Select(_ => new int[_pass.Axis])];
            _comparisons = [.. _values.Select(values => new Comparison<int>((a, b) =>
            {
                var order = op.Largest ? values[b].CompareTo(values[a]) : values[a].CompareTo(values[b]);
                return order != 0 ? order : a.CompareTo(b);
            }))];
        }

        public override void Run(KernelCall call)
        {
            Outputs.Ensure(call);
            _x = (T*)call.Input(0).Address;
            _y = (T*)call.Output(0).Address;
            _indices = (long*)call.Output(1).Address;
            _k = call.Output(0).Shape[call.Output(0).Shape.Axis(_op.Axis, _op.Name)];
            if (_k > 0)
            {
                Share(_pass.Outer * _pass.Inner, call.Input(0).Shape.Elements);
            }
        }

        protected override void Range(int start, int end, int part)
        {
            for (var item = start; item < end; item++)
            {
                var (outer, inner) = Math.DivRem(item, _pass.Inner);
                var from = ((nint)outer * _pass.Axis * _pass.Inner) + inner;
                var to = ((nint)outer * _k * _pass.Inner) + inner;
                if (_k <= MostInserted)
                {
                    Insert(_x + from, _values[part], _places[part]);
                }
                else
                {
                    Sort(_x + from, part);
                }

                for (var i = 0; i < _k; i++)
                {
                    var place = _places[part][i];
                    _y[to + ((nint)i * _pass.Inner)] = _x[from + ((nint)place * _pass.Inner)];
                    _indices[to + ((nint)i * _pass.Inner)] = place;
                }
            }
        }

        private void Insert(T* x, T[] values, int[] places)
        {
            var count = 0;
            for (var i = 0; i < _pass.Axis; i++)
            {
                var value = x[(nint)i * _pass.Inner];
                if (count == _k && !IsBefore(value, values[count - 1]))
                {
                    continue;
                }

                var at = count == _k ? count - 1 : count++;
                for (; at > 0 && IsBefore(value, values[at - 1]); at--)
                {
                    (values[at], places[at]) = (values[at - 1], places[at - 1]);
                }

                (values[at], places[at]) = (value, i);
            }
        }

        /// <summary>NaN counts as smallest, as in .NET's order.</summary>
        private bool IsBefore(T a, T b) => _op.Largest ? a > b || (T.IsNaN(b) && !T.IsNaN(a)) : a < b || (T.IsNaN(a) && !T.IsNaN(b));

        private void Sort(T* x, int part)
        {
            var (values, places) = (_values[part], _places[part]);
            for (var i = 0; i < places.Length; i++)
            {
                (values[i], places[i]) = (x[(nint)i * _pass.Inner], i);
            }

            places.AsSpan().Sort(_comparisons[part]);
        }
    }
}
