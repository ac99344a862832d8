using OrleansCompute.Tensors.Operators.Losses;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of losses.</summary>
internal static class ReferenceLosses
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<SoftmaxCrossEntropyLossOperator>(CrossEntropy)
        .Add<SoftmaxCrossEntropyGradientOperator>(CrossEntropyGradient)
        .Add<NegativeLogLikelihoodLossOperator>((op, call) =>
            ClassLoss(call, HostElements.Reals(call.Input(0)), op.Reduction, op.IgnoreIndex, 0))
        .Add<NegativeLogLikelihoodGradientOperator>((op, call) =>
            HostElements.StoreReals(call.Output(0), ClassGradient(call, op.Reduction, op.IgnoreIndex, 0)))
        .Add<ElementLossOperator>(Element)
        .Add<ElementLossGradientOperator>(ElementGradient);

    private static void CrossEntropy(SoftmaxCrossEntropyLossOperator op, KernelCall call)
    {
        var rows = new Rows(call, op.IgnoreIndex);
        var x = HostElements.Reals(call.Input(0));
        var logarithms = new double[x.Length];
        for (var row = 0; row < rows.Labels.Length; row++)
        {
            var places = rows.Places(row);
            var result = ReferenceActivations.LogSoftmax(Array.ConvertAll(places, place => x[place]));
            for (var c = 0; c < places.Length; c++)
            {
                logarithms[places[c]] = result[c];
            }
        }

        ClassLoss(call, logarithms, op.Reduction, op.IgnoreIndex, op.LabelSmoothing);
        if (call.HasOutput(1))
        {
            HostElements.StoreReals(call.Output(1), logarithms);
        }
    }

    private static void ClassLoss(KernelCall call, double[] logarithms, LossReduction reduction, long? ignoreIndex, double smoothing)
    {
        var rows = new Rows(call, ignoreIndex);
        double[] losses = [.. Enumerable.Range(0, rows.Labels.Length).Select(row =>
            rows.Places(row).Select((place, c) => logarithms[place] * rows.Slope(row, c, smoothing)).Where(part => part != 0).Sum())];
        HostElements.StoreReals(call.Output(0), reduction switch
        {
            LossReduction.None => losses,
            LossReduction.Sum => [losses.Sum()],
            _ => [losses.Sum() / rows.TotalWeight],
        });
    }

    /// <summary>Gradient by the logarithms of the probabilities.</summary>
    private static double[] ClassGradient(KernelCall call, LossReduction reduction, long? ignoreIndex, double smoothing)
    {
        var rows = new Rows(call, ignoreIndex);
        var dy = HostElements.Reals(call.Input(3));
        var gradient = new double[call.Input(0).Shape.Elements];
        for (var row = 0; row < rows.Labels.Length; row++)
        {
            var factor = reduction switch { LossReduction.None => dy[row], LossReduction.Sum => dy[0], _ => dy[0] / rows.TotalWeight };
            var places = rows.Places(row);
            for (var c = 0; c < places.Length; c++)
            {
                gradient[places[c]] = rows.Slope(row, c, smoothing) is var slope && slope != 0 ? factor * slope : 0;
            }
        }

        return gradient;
    }

    private static void CrossEntropyGradient(SoftmaxCrossEntropyGradientOperator op, KernelCall call)
    {
        var rows = new Rows(call, op.IgnoreIndex);
        var logarithms = HostElements.Reals(call.Input(0));
        var gradient = ClassGradient(call, op.Reduction, op.IgnoreIndex, op.LabelSmoothing);
        for (var row = 0; row < rows.Labels.Length; row++)
        {
            var places = rows.Places(row);
            var sum = places.Sum(place => gradient[place]);
            foreach (var place in places)
            {
                gradient[place] -= Math.Exp(logarithms[place]) * sum;
            }
        }

        HostElements.StoreReals(call.Output(0), gradient);
    }

    private static void Element(ElementLossOperator op, KernelCall call)
    {
        var losses = ReferenceElementwise.Zip(HostElements.Reals(call.Input(0)), HostElements.Reals(call.Input(1)), (x, t) => Value(op.Loss, x, t, op.Delta));
        HostElements.StoreReals(call.Output(0), op.Reduction switch
        {
            LossReduction.None => losses,
            LossReduction.Sum => [losses.Sum()],
            _ => [losses.Sum() / losses.Length],
        });
    }

    private static void ElementGradient(ElementLossGradientOperator op, KernelCall call)
    {
        double[] x = HostElements.Reals(call.Input(0)), t = HostElements.Reals(call.Input(1)), dy = HostElements.Reals(call.Input(2));
        HostElements.StoreReals(call.Output(0), [.. x.Select((value, i) =>
            (op.IsOfTargets ? TargetSlope(op.Loss, value, t[i], op.Delta) : Slope(op.Loss, value, t[i], op.Delta))
            * op.Reduction switch { LossReduction.None => dy[i], LossReduction.Sum => dy[0], _ => dy[0] / x.Length })]);
    }

    /// <summary>A logarithm that PyTorch bounds, so that a wrong certainty costs 100 and not infinity.</summary>
    private static double BoundedLog(double x) => Math.Max(-100, Math.Log(x));

    private static double Value(ElementLoss loss, double x, double t, double delta) => loss switch
    {
        ElementLoss.SquaredError => (x - t) * (x - t),
        ElementLoss.AbsoluteError => Math.Abs(x - t),
        ElementLoss.Huber => Math.Abs(x - t) <= delta ? (x - t) * (x - t) / 2 : delta * (Math.Abs(x - t) - (delta / 2)),
        ElementLoss.SmoothAbsoluteError => Value(ElementLoss.Huber, x, t, delta) / delta,
        ElementLoss.BinaryCrossEntropy => -(t * BoundedLog(x)) - ((1 - t) * BoundedLog(1 - x)),
        ElementLoss.BinaryCrossEntropyWithLogits => Math.Max(x, 0) - (x * t) + Math.Log(1 + Math.Exp(-Math.Abs(x))),
        _ => t > 0 ? t * (Math.Log(t) - x) : 0,
    };

    private static double Slope(ElementLoss loss, double x, double t, double delta) => loss switch
    {
        ElementLoss.SquaredError => 2 * (x - t),
        ElementLoss.AbsoluteError => Math.Sign(x - t),
        ElementLoss.Huber => Math.Abs(x - t) <= delta ? x - t : delta * Math.Sign(x - t),
        ElementLoss.SmoothAbsoluteError => Slope(ElementLoss.Huber, x, t, delta) / delta,

        // The denominator is bounded as PyTorch bounds it.
        ElementLoss.BinaryCrossEntropy => (x - t) / Math.Max(1e-12, x * (1 - x)),
        ElementLoss.BinaryCrossEntropyWithLogits => ReferenceActivations.Sigmoid(x) - t,
        _ => t > 0 ? -t : 0,
    };

    private static double TargetSlope(ElementLoss loss, double x, double t, double delta) => loss switch
    {
        ElementLoss.BinaryCrossEntropy => BoundedLog(1 - x) - BoundedLog(x),
        ElementLoss.BinaryCrossEntropyWithLogits => -x,
        ElementLoss.KullbackLeibler => t > 0 ? Math.Log(t) + 1 - x : 0,
        _ => -Slope(loss, x, t, delta),
    };

    /// <summary>Scores [N, C, ...], labels [N, ...] and weights [C] as rows of classes.</summary>
    private sealed class Rows
    {
        private readonly Int128? _ignored;
        private readonly int _classes;
        private readonly int _inner;
        private readonly double[]? _weights;

        public Rows(KernelCall call, long? ignoreIndex)
        {
            var shape = call.Input(0).Shape;
            _ignored = ignoreIndex;
            _classes = shape[1];
            _inner = shape.Product(2, shape.Rank);
            _weights = call.OptionalInput(2) is { } weights ? HostElements.Reals(weights) : null;
            Labels = HostElements.Integers(call.Input(1));
            for (var row = 0; row < Labels.Length; row++)
            {
                if (!IsIgnored(row) && (Labels[row] < 0 || Labels[row] >= _classes))
                {
                    throw new ShapeMismatchException(
                        $"{call.Operator.Name}: label {row} is {Labels[row]}; allowed: 0 to {_classes - 1}{(_ignored is { } ignored ? $", or {ignored} to be ignored" : "")}.");
                }
            }

            TotalWeight = Enumerable.Range(0, Labels.Length).Sum(row => IsIgnored(row) ? 0 : Weight((int)Labels[row]));
        }

        public Int128[] Labels { get; }

        public double TotalWeight { get; }

        /// <summary>Places of a row's classes among the scores.</summary>
        public int[] Places(int row) => [.. Enumerable.Range(0, _classes).Select(c => (((row / _inner * _classes) + c) * _inner) + (row % _inner))];

        /// <summary>Derivative of the row's loss by the logarithm of a class's probability.</summary>
        public double Slope(int row, int c, double smoothing) => IsIgnored(row) ? 0
            : -Weight(c) * ((Labels[row] == c ? 1 - smoothing : 0) + (smoothing / _classes));

        private bool IsIgnored(int row) => Labels[row] == _ignored;

        private double Weight(int c) => _weights is null ? 1 : _weights[c];
    }
}
