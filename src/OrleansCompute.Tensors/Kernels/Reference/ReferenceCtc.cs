using OrleansCompute.Tensors.Operators.Losses;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>
/// Reference kernels of the CTC loss, in probabilities' logarithms: what leads to a place of the sequence with blanks in between, and what
/// leads from it to the end.
/// </summary>
internal static class ReferenceCtc
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<CtcLossOperator>(Loss)
        .Add<CtcLossGradientOperator>(Gradient);

    private static void Loss(CtcLossOperator op, KernelCall call)
    {
        var examples = Enumerable.Range(0, call.Input(0).Shape[1]).Select(n => new Example(op, call, n)).ToArray();
        var losses = examples.Select(example => Value(op, example)).ToArray();
        HostElements.StoreReals(call.Output(0), op.Reduction switch
        {
            LossReduction.None => losses,
            LossReduction.Sum => [losses.Sum()],
            _ => [losses.Zip(examples, (loss, example) => loss / Math.Max(1, example.LabelCount)).Sum() / losses.Length],
        });
    }

    private static double Value(CtcLossOperator op, Example example) =>
        double.IsNegativeInfinity(example.Logarithm) && op.ZeroesInfinity ? 0 : -example.Logarithm;

    private static void Gradient(CtcLossGradientOperator op, KernelCall call)
    {
        var shape = call.Input(0).Shape;
        var dy = HostElements.Reals(call.Input(4));
        var gradient = new double[shape.Elements];
        for (var n = 0; n < shape[1]; n++)
        {
            var example = new Example(op.Forward, call, n);
            var factor = op.Forward.Reduction switch
            {
                LossReduction.None => dy[n],
                LossReduction.Sum => dy[0],
                _ => dy[0] / shape[1] / Math.Max(1, example.LabelCount),
            };
            for (var t = 0; t < example.Steps && !double.IsNegativeInfinity(example.Logarithm); t++)
            {
                for (var s = 0; s < example.Sequence.Length; s++)
                {
                    gradient[(((t * shape[1]) + n) * shape[2]) + example.Sequence[s]] -= factor * Math.Exp(example.Occupation(t, s));
                }
            }
        }

        HostElements.StoreReals(call.Output(0), gradient);
    }

    private sealed class Example
    {
        private readonly double[,] _forward;
        private readonly double[,] _backward;

        public Example(CtcLossOperator op, KernelCall call, int n)
        {
            int steps = call.Input(0).Shape[0], batch = call.Input(0).Shape[1], classes = call.Input(0).Shape[2], width = call.Input(1).Shape[1];
            var scores = HostElements.Reals(call.Input(0));
            var labels = HostElements.Integers(call.Input(1));
            Steps = CtcLabels.Length("steps", n, (long)HostElements.Integers(call.Input(2))[n], steps);
            LabelCount = CtcLabels.Length("labels", n, (long)HostElements.Integers(call.Input(3))[n], width);
            Sequence = [op.Blank, .. Enumerable.Range(0, LabelCount).SelectMany(i =>
                new[] { CtcLabels.Label(n, i, (long)labels[(n * width) + i], classes, op.Blank), op.Blank })];
            double At(int t, int s) => scores[(((t * batch) + n) * classes) + Sequence[s]];
            var last = Sequence.Length - 1;
            _forward = new double[Steps, Sequence.Length];
            _backward = new double[Steps, Sequence.Length];
            for (var t = 0; t < Steps; t++)
            {
                for (var s = 0; s <= last; s++)
                {
                    var before = t == 0 ? (s <= 1 ? 0 : double.NegativeInfinity) : Add(
                        _forward[t - 1, s], s > 0 ? _forward[t - 1, s - 1] : double.NegativeInfinity, Skips(s) ? _forward[t - 1, s - 2] : double.NegativeInfinity);
                    _forward[t, s] = before + At(t, s);
                }
            }

            for (var t = Steps - 1; t >= 0; t--)
            {
                for (var s = last; s >= 0; s--)
                {
                    _backward[t, s] = t == Steps - 1 ? (s >= last - 1 ? 0 : double.NegativeInfinity) : Add(
                        _backward[t + 1, s] + At(t + 1, s),
                        s < last ? _backward[t + 1, s + 1] + At(t + 1, s + 1) : double.NegativeInfinity,
                        s + 2 <= last && Skips(s + 2) ? _backward[t + 1, s + 2] + At(t + 1, s + 2) : double.NegativeInfinity);
                }
            }

            Logarithm = Steps == 0
                ? (LabelCount == 0 ? 0 : double.NegativeInfinity)
                : Add(_forward[Steps - 1, last], last > 0 ? _forward[Steps - 1, last - 1] : double.NegativeInfinity);
        }

        public int Steps { get; }

        public int LabelCount { get; }

        /// <summary>The labels with blanks around them.</summary>
        public int[] Sequence { get; }

        /// <summary>Of the probability of all alignments together.</summary>
        public double Logarithm { get; }

        /// <summary>Logarithm of the probability to be at a place at a step, given the labels.</summary>
        public double Occupation(int t, int s) => _forward[t, s] + _backward[t, s] - Logarithm;

        /// <summary>Whether the blank before a place may be left out: between different labels.</summary>
        private bool Skips(int s) => s > 1 && s % 2 == 1 && Sequence[s] != Sequence[s - 2];

        private static double Add(params ReadOnlySpan<double> logarithms)
        {
            var largest = double.NegativeInfinity;
            foreach (var value in logarithms)
            {
                largest = Math.Max(largest, value);
            }

            if (double.IsNegativeInfinity(largest))
            {
                return largest;
            }

            var sum = 0.0;
            foreach (var value in logarithms)
            {
                sum += Math.Exp(value - largest);
            }

            return largest + Math.Log(sum);
        }
    }
}
