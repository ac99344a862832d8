using System.Numerics;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Shapes;
using Lanes = System.Numerics.Vector;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Choice of boxes, float32: the candidates of a class in the order of their scores, each compared with those kept so far by vectors, in
/// double with the steps of the reference, so that it decides the same. Threads take classes.
/// </summary>
internal static unsafe class SuppressionKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<NonMaxSuppressionOperator>((context, op, request) => request.Inputs.Take(2).All(input => input!.ElementType == ElementType.Float32)
            ? new Kernel(context, op)
            : null);

    private sealed class Kernel(CpuKernelContext context, NonMaxSuppressionOperator op) : RangeKernel(context)
    {
        private readonly Kept[] _kept = [.. Enumerable.Range(0, context.Team.Parts).Select(_ => new Kept())];
        private List<int>[] _chosen = [];
        private Shape _scores = Shape.Scalar;
        private long _most;
        private double _overlap;
        private double _least;
        private float* _box;
        private float* _score;

        public override void Run(KernelCall call)
        {
            _scores = call.Input(1).Shape;
            _most = call.OptionalInput(2) is { } most ? ConstantNumbers.Read(most)[0] : 0;
            _overlap = call.OptionalInput(3) is { } overlap ? ConstantNumbers.ReadReals(overlap)[0] : 0;
            _least = call.OptionalInput(4) is { } least ? ConstantNumbers.ReadReals(least)[0] : double.NegativeInfinity;
            _box = (float*)call.Input(0).Address;
            _score = (float*)call.Input(1).Address;
            var rows = _scores[0] * _scores[1];
            if (_chosen.Length != rows)
            {
                _chosen = [.. Enumerable.Range(0, rows).Select(_ => new List<int>())];
            }

            Share(rows, 4L * rows * _scores[2]);
            var output = call.AllocateOutput(0, new TensorType(ElementType.Int64, new Shape(_chosen.Sum(row => row.Count), 3))).AsSpan<long>();
            var at = 0;
            for (var row = 0; row < rows; row++)
            {
                foreach (var box in _chosen[row])
                {
                    (output[at], output[at + 1], output[at + 2]) = (row / _scores[1], row % _scores[1], box);
                    at += 3;
                }
            }
        }

        protected override void Range(int start, int end, int part)
        {
            var (count, kept) = (_scores[2], _kept[part]);
            for (var row = start; row < end; row++)
            {
                _chosen[row].Clear();
                if (_most < 1)
                {
                    continue;
                }

                kept.Clear();
                foreach (var box in kept.Sorted(_score + ((nint)row * count), count, _least))
                {
                    var (y1, x1, y2, x2) = Corners(_box + ((((nint)(row / _scores[1]) * count) + box) * 4));
                    if (kept.Add(y1, x1, y2, x2, _overlap))
                    {
                        _chosen[row].Add(box);
                        if (_chosen[row].Count >= _most)
                        {
                            break;
                        }
                    }
                }
            }
        }

        private (double Y1, double X1, double Y2, double X2) Corners(float* at)
        {
            double a = at[0], b = at[1], c = at[2], d = at[3];
            return op.IsCenterBox ? (b - (d / 2), a - (c / 2), b + (d / 2), a + (c / 2)) : (Math.Min(a, c), Math.Min(b, d), Math.Max(a, c), Math.Max(b, d));
        }
    }

    /// <summary>Corners and areas of boxes that were kept, each in an array of its own; keeps its memory.</summary>
    private sealed class Kept
    {
        private readonly double[][] _sides = [new double[64], new double[64], new double[64], new double[64], new double[64]];
        private ulong[] _order = [];
        private int[] _sorted = [];
        private int _count;

        public void Clear() => _count = 0;

        /// <summary>Numbers of the scores above the least, the largest first, equal ones in their order.</summary>
        public ReadOnlySpan<int> Sorted(float* scores, int count, double least)
        {
            if (_order.Length < count)
            {
                (_order, _sorted) = (new ulong[count], new int[count]);
            }

            var candidates = 0;
            for (var i = 0; i < count; i++)
            {
                if (scores[i] > least)
                {
                    // As whole numbers, floats of one sign are in order; zero has one sign here.
                    var bits = BitConverter.SingleToUInt32Bits(scores[i] + 0f);
                    var rising = (bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000;
                    _order[candidates++] = ((ulong)~rising << 32) | (uint)i;
                }
            }

            Array.Sort(_order, 0, candidates);
            for (var i = 0; i < candidates; i++)
            {
                _sorted[i] = (int)(uint)_order[i];
            }

            return _sorted.AsSpan(0, candidates);
        }

        /// <summary>Keeps a box unless it overlaps another one by more than is allowed.</summary>
        public bool Add(double y1, double x1, double y2, double x2, double overlap)
        {
            var area = (y2 - y1) * (x2 - x1);
            for (var i = 0; i < _count; i += Vector<double>.Count)
            {
                // Arrays are as long as whole vectors; lanes behind the last box are looked at only if one of the vector is too much.
                Vector<double> top = new(_sides[0], i), left = new(_sides[1], i), bottom = new(_sides[2], i), right = new(_sides[3], i);
                var height = Lanes.Max(Vector<double>.Zero, Lanes.Min(bottom, new Vector<double>(y2)) - Lanes.Max(top, new Vector<double>(y1)));
                var width = Lanes.Max(Vector<double>.Zero, Lanes.Min(right, new Vector<double>(x2)) - Lanes.Max(left, new Vector<double>(x1)));
                var common = height * width;
                var all = new Vector<double>(area) + new Vector<double>(_sides[4], i) - common;
                var part = Lanes.ConditionalSelect(Lanes.GreaterThan(all, Vector<double>.Zero), common / all, Vector<double>.Zero);
                if (Lanes.LessThanOrEqualAll(part, new Vector<double>(overlap)))
                {
                    continue;
                }

                for (var lane = 0; lane < Math.Min(Vector<double>.Count, _count - i); lane++)
                {
                    if (!(part[lane] <= overlap))
                    {
                        return false;
                    }
                }
            }

            if (_count == _sides[0].Length)
            {
                for (var side = 0; side < _sides.Length; side++)
                {
                    Array.Resize(ref _sides[side], 2 * _count);
                }
            }

            (_sides[0][_count], _sides[1][_count], _sides[2][_count], _sides[3][_count], _sides[4][_count]) = (y1, x1, y2, x2, area);
            _count++;
            return true;
        }
    }
}
