using OrleansCompute.Tensors.Operators.Attention;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of attention.</summary>
internal static class ReferenceAttention
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<AttentionOperator>(Forward)
        .Add<AttentionGradientOperator>(Backward);

    private static void Forward(AttentionOperator op, KernelCall call)
    {
        var sizes = new Sizes(call, op.IsCausal, op.Scale);
        var values = HostElements.Reals(call.Input(2));
        var result = new double[call.Output(0).Shape.Elements];
        var logarithms = new double[call.Output(1).Shape.Elements];
        for (var row = 0; row < logarithms.Length; row++)
        {
            call.Cancellation.ThrowIfCancellationRequested();
            var products = sizes.Products(row);
            var largest = products.Length == 0 ? double.NegativeInfinity : products.Max();
            logarithms[row] = double.IsNegativeInfinity(largest) ? largest : largest + Math.Log(products.Sum(p => Math.Exp(p - largest)));
            for (var s = 0; s < products.Length && !double.IsNegativeInfinity(largest); s++)
            {
                for (var e = 0; e < sizes.ValueSize; e++)
                {
                    result[(row * sizes.ValueSize) + e] += Math.Exp(products[s] - logarithms[row]) * values[sizes.Value(row, s) + e];
                }
            }
        }

        HostElements.StoreReals(call.Output(0), result);
        HostElements.StoreReals(call.Output(1), logarithms);
    }

    private static void Backward(AttentionGradientOperator op, KernelCall call)
    {
        var sizes = new Sizes(call, op.IsCausal, op.Scale);
        double[] v = HostElements.Reals(call.Input(2)), y = HostElements.Reals(call.Input(4)), logarithms = HostElements.Reals(call.Input(5));
        var dy = HostElements.Reals(call.Input(6));
        double[] dq = new double[sizes.Q.Length], dk = new double[sizes.K.Length], dv = new double[v.Length];
        var dMask = new double[op.HasMaskGradient ? call.Output(3).Shape.Elements : 0];
        for (var row = 0; row < logarithms.Length; row++)
        {
            call.Cancellation.ThrowIfCancellationRequested();
            var products = sizes.Products(row);
            var along = Enumerable.Range(row * sizes.ValueSize, sizes.ValueSize).Sum(i => dy[i] * y[i]);
            for (var s = 0; s < products.Length && !double.IsNegativeInfinity(logarithms[row]); s++)
            {
                var p = Math.Exp(products[s] - logarithms[row]);
                int key = sizes.Key(row, s), value = sizes.Value(row, s);
                var dp = 0.0;
                for (var e = 0; e < sizes.ValueSize; e++)
                {
                    dv[value + e] += p * dy[(row * sizes.ValueSize) + e];
                    dp += dy[(row * sizes.ValueSize) + e] * v[value + e];
                }

                var ds = p * (dp - along);
                for (var d = 0; d < sizes.HeadSize; d++)
                {
                    dq[(row * sizes.HeadSize) + d] += sizes.Scale * ds * sizes.K[key + d];
                    dk[key + d] += sizes.Scale * ds * sizes.Q[(row * sizes.HeadSize) + d];
                }

                if (op.HasMaskGradient)
                {
                    dMask[sizes.MaskPlace(row, s)] += ds;
                }
            }
        }

        HostElements.StoreReals(call.Output(0), dq);
        HostElements.StoreReals(call.Output(1), dk);
        HostElements.StoreReals(call.Output(2), dv);
        if (op.HasMaskGradient)
        {
            HostElements.StoreReals(call.Output(3), dMask);
        }
    }

    /// <summary>Where things are, by row: (batch * heads + head) * T + query.</summary>
    private sealed class Sizes
    {
        private readonly int _heads;
        private readonly int _sharing;
        private readonly int _queries;
        private readonly int _keys;
        private readonly bool _isCausal;
        private readonly double[]? _mask;
        private readonly int[] _maskPlaces = [];

        public Sizes(KernelCall call, bool isCausal, float? scale)
        {
            Shape q = call.Input(0).Shape, k = call.Input(1).Shape;
            (_heads, _queries, _keys, HeadSize, ValueSize) = (q[1], q[2], k[2], q[3], call.Input(2).Shape[3]);
            _sharing = q[1] / k[1];
            _isCausal = isCausal;
            Scale = scale ?? (1 / Math.Sqrt(HeadSize));
            Q = HostElements.Reals(call.Input(0));
            K = HostElements.Reals(call.Input(1));
            if (call.OptionalInput(3) is Tensor mask)
            {
                _mask = HostElements.Reals(mask);
                _maskPlaces = ReferenceElementwise.Sources(mask.Shape, new Shape(q[0], q[1], q[2], k[2]));
            }
        }

        public int HeadSize { get; }

        public int ValueSize { get; }

        public double Scale { get; }

        public double[] Q { get; }

        public double[] K { get; }

        public int Key(int row, int s) => (KeyRow(row) + s) * HeadSize;

        public int Value(int row, int s) => (KeyRow(row) + s) * ValueSize;

        public int MaskPlace(int row, int s) => _maskPlaces[(row * _keys) + s];

        /// <summary>The scaled and masked products of a query with the keys that it may see.</summary>
        public double[] Products(int row)
        {
            var visible = _isCausal ? Math.Clamp((row % _queries) + 1 + _keys - _queries, 0, _keys) : _keys;
            return [.. Enumerable.Range(0, visible).Select(s =>
                (Scale * Enumerable.Range(0, HeadSize).Sum(d => Q[(row * HeadSize) + d] * K[Key(row, s) + d])) + (_mask is null ? 0 : _mask[MaskPlace(row, s)]))];
        }

        private int KeyRow(int row)
        {
            int head = row / _queries % _heads, batch = row / _queries / _heads;
            return ((batch * (_heads / _sharing)) + (head / _sharing)) * _keys;
        }
    }
}
