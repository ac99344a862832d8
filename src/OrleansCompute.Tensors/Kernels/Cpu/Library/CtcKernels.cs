using OrleansCompute.Tensors.Operators.Losses;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Kernels of the CTC loss, float32. Probabilities of a step's places are scaled to the sum 1 and the scales' logarithms added up (Rabiner
/// 1989), so that a step costs multiplications instead of logarithms and exponentials of sums; in double, where what is less likely than
/// exp(-745) counts as impossible. Threads take examples.
/// </summary>
internal static unsafe class CtcKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<CtcLossOperator>((context, op, request) => Fits(request) ? new Kernel(context, op, request, false) : null)
        .Add<CtcLossGradientOperator>((context, op, request) => Fits(request) ? new Kernel(context, op.Forward, request, true) : null);

    private static bool Fits(KernelRequest request) => request.Inputs[0]!.ElementType == ElementType.Float32 && request.Inputs[0]!.Shape.Elements > 0;

    private sealed class Kernel : RangeKernel
    {
        private readonly CtcLossOperator _op;
        private readonly bool _isGradient;
        private readonly int _steps;
        private readonly int _batch;
        private readonly int _classes;
        private readonly int _width;
        private readonly int[][] _sequences;
        private readonly double[][] _forward;
        private readonly double[][] _rows;
        private readonly int[] _lengths;
        private readonly int[] _labels;
        private readonly double[] _losses;
        private float* _scores;
        private float* _dy;
        private float* _dx;

        public Kernel(CpuKernelContext context, CtcLossOperator op, KernelRequest request, bool isGradient)
            : base(context)
        {
            (_op, _isGradient) = (op, isGradient);
            var shape = request.Inputs[0]!.Shape;
            (_steps, _batch, _classes, _width) = (shape[0], shape[1], shape[2], request.Inputs[1]!.Shape[1]);
            var places = (2 * _width) + 1;
            _sequences = Make<int>(_batch, places);
            _forward = Make<double>(context.Team.Parts, _steps * places);
            _rows = Make<double>(context.Team.Parts, 3 * places);
            _lengths = new int[_batch];
            _labels = new int[_batch];
            _losses = new double[_batch];
        }

        public override void Run(KernelCall call)
        {
            _scores = (float*)call.Input(0).Address;
            _dy = _isGradient ? (float*)call.Input(4).Address : null;
            _dx = _isGradient ? (float*)call.Output(0).Address : null;
            for (var n = 0; n < _batch; n++)
            {
                _lengths[n] = CtcLabels.Length("steps", n, Number(call.Input(2), n), _steps);
                _labels[n] = CtcLabels.Length("labels", n, Number(call.Input(3), n), _width);
                Array.Fill(_sequences[n], _op.Blank);
                for (var i = 0; i < _labels[n]; i++)
                {
                    _sequences[n][(2 * i) + 1] = CtcLabels.Label(n, i, Number(call.Input(1), (n * _width) + i), _classes, _op.Blank);
                }
            }

            if (_isGradient)
            {
                call.Output(0).AsBytes().Clear();
            }

            Share(_batch, 8L * _steps * _batch * ((2 * _width) + 1));
            if (!_isGradient)
            {
                Reduce(call.Output(0).AsSpan<float>());
            }
        }

        protected override void Range(int start, int end, int part)
        {
            for (var n = start; n < end; n++)
            {
                _losses[n] = Forward(n, _forward[part]);
                if (_isGradient && !double.IsPositiveInfinity(_losses[n]))
                {
                    Backward(n, _forward[part], _rows[part]);
                }
            }
        }

        private static T[][] Make<T>(int count, int length) => [.. Enumerable.Range(0, count).Select(_ => new T[length])];

        private static long Number(Tensor tensor, int i) => tensor.ElementType == ElementType.Int32 ? ((int*)tensor.Address)[i] : ((long*)tensor.Address)[i];

        private void Reduce(Span<float> y)
        {
            var sum = 0.0;
            for (var n = 0; n < _batch; n++)
            {
                var loss = double.IsPositiveInfinity(_losses[n]) && _op.ZeroesInfinity ? 0 : _losses[n];
                if (_op.Reduction == LossReduction.None)
                {
                    y[n] = (float)loss;
                }

                sum += _op.Reduction == LossReduction.Mean ? loss / Math.Max(1, _labels[n]) / _batch : loss;
            }

            if (_op.Reduction != LossReduction.None)
            {
                y[0] = (float)sum;
            }
        }

        private double Probability(int t, int n, int label) => Math.Exp(_scores[((((nint)t * _batch) + n) * _classes) + label]);

        private static bool Skips(int[] sequence, int s) => s > 1 && (s & 1) == 1 && sequence[s] != sequence[s - 2];

        /// <summary>The loss; leaves for each step the scaled probabilities of the places.</summary>
        private double Forward(int n, double[] all)
        {
            var sequence = _sequences[n];
            int places = (2 * _labels[n]) + 1, steps = _lengths[n];
            if (steps == 0)
            {
                return places == 1 ? 0 : double.PositiveInfinity;
            }

            var loss = 0.0;
            for (var t = 0; t < steps; t++)
            {
                var row = all.AsSpan(t * places, places);
                var before = t == 0 ? [] : all.AsSpan((t - 1) * places, places);
                var sum = 0.0;
                var blank = Probability(t, n, _op.Blank);
                for (var s = 0; s < places; s++)
                {
                    var reached = t == 0 ? (s <= 1 ? 1 : 0) : before[s] + (s > 0 ? before[s - 1] : 0) + (Skips(sequence, s) ? before[s - 2] : 0);
                    row[s] = reached == 0 ? 0 : reached * ((s & 1) == 0 ? blank : Probability(t, n, sequence[s]));
                    sum += row[s];
                }

                if (!(sum > 0))
                {
                    return double.PositiveInfinity;
                }

                for (var s = 0; s < places; s++)
                {
                    row[s] /= sum;
                }

                loss -= Math.Log(sum);
            }

            var last = all.AsSpan((steps - 1) * places, places);
            var end = last[^1] + (places > 1 ? last[^2] : 0);
            return end > 0 ? loss - Math.Log(end) : double.PositiveInfinity;
        }

        /// <summary>Adds up the probabilities of each class at each step; what leads to the end is scaled like what leads to it.</summary>
        private void Backward(int n, double[] all, double[] rows)
        {
            var sequence = _sequences[n];
            int places = (2 * _labels[n]) + 1, steps = _lengths[n];
            Span<double> behind = rows.AsSpan(0, places), next = rows.AsSpan(places, places), joint = rows.AsSpan(2 * places, places);
            double factor = _op.Reduction switch { LossReduction.None => _dy[n], LossReduction.Sum => *_dy, _ => *_dy / _batch / Math.Max(1, _labels[n]) };
            for (var s = 0; s < places; s++)
            {
                behind[s] = s >= places - 2 ? 1 : 0;
            }

            for (var t = steps - 1; t >= 0; t--)
            {
                var row = all.AsSpan(t * places, places);
                var total = 0.0;
                for (var s = 0; s < places; s++)
                {
                    total += joint[s] = row[s] * behind[s];
                }

                var to = _dx + ((((nint)t * _batch) + n) * _classes);
                for (var s = 0; s < places && total > 0; s++)
                {
                    to[sequence[s]] -= (float)(factor * joint[s] / total);
                }

                // One step back: through the place itself, the next, and the one after it where a blank may be left out.
                var scale = 0.0;
                for (var s = 0; s < places; s++)
                {
                    next[s] = behind[s] * Probability(t, n, sequence[s]);
                    scale += next[s];
                }

                for (var s = 0; s < places && scale > 0; s++)
                {
                    behind[s] = (next[s] + (s + 1 < places ? next[s + 1] : 0) + (s + 2 < places && Skips(sequence, s + 2) ? next[s + 2] : 0)) / scale;
                }
            }
        }
    }
}
