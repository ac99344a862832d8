using OrleansCompute.Tensors.Operators.Activations;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of activations and softmax.</summary>
internal static class ReferenceActivations
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<ActivationOperator>((op, call) => ReferenceElementwise.Unary(
            call, x => Value(op.Function, x, op.Alpha, op.Beta), x => (Int128)Value(op.Function, (double)x, op.Alpha, op.Beta)))
        .Add<ActivationGradientOperator>((op, call) => ReferenceElementwise.Binary(call, (x, dy) => dy * Slope(op.Function, x, op.Alpha, op.Beta), null))
        .Add<PReluOperator>((_, call) => ReferenceElementwise.Binary(call, (x, slope) => x < 0 ? slope * x : x, (x, slope) => x < 0 ? slope * x : x))
        .Add<SoftmaxOperator>((op, call) => ForRows(call, op.Axis, op.IsFlat, (x, _) => Softmax(x)))
        .Add<LogSoftmaxOperator>((op, call) => ForRows(call, op.Axis, op.IsFlat, (x, _) => LogSoftmax(x)))
        .Add<HardmaxOperator>((op, call) => ForRows(call, op.Axis, op.IsFlat, (x, _) => Hardmax(x)))
        .Add<SoftmaxGradientOperator>((op, call) => ForRows(call, op.Axis, op.IsFlat, (y, dy) =>
        {
            var sum = y.Zip(dy!, (a, b) => a * b).Sum();
            return [.. y.Zip(dy!, (value, gradient) => value * (gradient - sum))];
        }))
        .Add<LogSoftmaxGradientOperator>((op, call) => ForRows(call, op.Axis, op.IsFlat, (y, dy) =>
        {
            var sum = dy!.Sum();
            return [.. y.Zip(dy!, (value, gradient) => gradient - (Math.Exp(value) * sum))];
        }));

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public static double[] LogSoftmax(double[] x)
    {
        var largest = x.Length == 0 ? 0 : x.Max();
        var logarithm = largest + Math.Log(x.Sum(value => Math.Exp(value - largest)));
        return Array.ConvertAll(x, value => value - logarithm);
    }

    private static double[] Softmax(double[] x)
    {
        var largest = x.Length == 0 ? 0 : x.Max();
        var sum = x.Sum(value => Math.Exp(value - largest));
        return Array.ConvertAll(x, value => Math.Exp(value - largest) / sum);
    }

    private static double[] Hardmax(double[] x)
    {
        var result = new double[x.Length];
        if (x.Length > 0)
        {
            result[Array.IndexOf(x, x.Max())] = 1;
        }

        return result;
    }

    /// <summary>Applies a function to each row of the first input, and of the second if there is one.</summary>
    private static void ForRows(KernelCall call, int axis, bool isFlat, Func<double[], double[]?, double[]> function)
    {
        var rows = SoftmaxRows.Of(call.Input(0).Shape, axis, isFlat);
        var first = HostElements.Reals(call.Input(0));
        var second = call.OptionalInput(1) is { } other ? HostElements.Reals(other) : null;
        var results = new double[first.Length];
        for (var row = 0; row < rows.Outer * rows.Inner; row++)
        {
            int[] places = [.. Enumerable.Range(0, rows.Length).Select(i => (((row / rows.Inner * rows.Length) + i) * rows.Inner) + (row % rows.Inner))];
            var result = function(Array.ConvertAll(places, i => first[i]), second is null ? null : Array.ConvertAll(places, i => second[i]));
            for (var i = 0; i < places.Length; i++)
            {
                results[places[i]] = result[i];
            }
        }

        HostElements.StoreReals(call.Output(0), results);
    }

    /// <summary>log(1 + exp(x)) without overflow.</summary>
    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    private static double NormalDistribution(double x) => (1 + ReferenceElementwise.Erf(x / Math.Sqrt(2))) / 2;

    private static double GeluGate(double x) => Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)));

    private static double Value(ActivationFunction function, double x, double alpha, double beta) => function switch
    {
        ActivationFunction.Sigmoid => Sigmoid(x),
        ActivationFunction.Tanh => Math.Tanh(x),
        ActivationFunction.LeakyRelu => x < 0 ? alpha * x : x,
        ActivationFunction.Elu => x < 0 ? alpha * (Math.Exp(x) - 1) : x,
        ActivationFunction.Selu => beta * (x <= 0 ? alpha * (Math.Exp(x) - 1) : x),
        ActivationFunction.Celu => Math.Max(0, x) + Math.Min(0, alpha * (Math.Exp(x / alpha) - 1)),
        ActivationFunction.ThresholdedRelu => x > alpha ? x : 0,
        ActivationFunction.HardSigmoid => Math.Max(0, Math.Min(1, (alpha * x) + beta)),
        ActivationFunction.HardSwish => x * Math.Max(0, Math.Min(1, (x / 6) + 0.5)),
        ActivationFunction.Softplus => Softplus(x),
        ActivationFunction.Softsign => x / (1 + Math.Abs(x)),
        ActivationFunction.Mish => x * Math.Tanh(Softplus(x)),
        ActivationFunction.Gelu => x * NormalDistribution(x),
        ActivationFunction.GeluTanh => x / 2 * (1 + GeluGate(x)),
        ActivationFunction.Silu => x * Sigmoid(x),
        ActivationFunction.Shrink => x > alpha ? x - beta : x < -alpha ? x + beta : 0,
        _ => throw new NotSupportedException($"{function} has no kernel."),
    };

    /// <summary>Derivative; of Sigmoid and Tanh by the output.</summary>
    private static double Slope(ActivationFunction function, double x, double alpha, double beta)
    {
        switch (function)
        {
            case ActivationFunction.Sigmoid: return x * (1 - x);
            case ActivationFunction.Tanh: return 1 - (x * x);
            case ActivationFunction.LeakyRelu: return x < 0 ? alpha : 1;
            case ActivationFunction.Elu: return x < 0 ? alpha * Math.Exp(x) : 1;
            case ActivationFunction.Selu: return beta * (x <= 0 ? alpha * Math.Exp(x) : 1);
            case ActivationFunction.Celu: return x < 0 ? Math.Exp(x / alpha) : 1;
            case ActivationFunction.ThresholdedRelu: return x > alpha ? 1 : 0;
            case ActivationFunction.HardSigmoid: return (alpha * x) + beta is > 0 and < 1 ? alpha : 0;
            case ActivationFunction.HardSwish: return x <= -3 ? 0 : x < 3 ? (x / 3) + 0.5 : 1;
            case ActivationFunction.Softplus: return Sigmoid(x);
            case ActivationFunction.Softsign: return 1 / Math.Pow(1 + Math.Abs(x), 2);
            case ActivationFunction.Mish:
                var gate = Math.Tanh(Softplus(x));
                return gate + (x * Sigmoid(x) * (1 - (gate * gate)));
            case ActivationFunction.Gelu: return NormalDistribution(x) + (x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
            case ActivationFunction.GeluTanh:
                var tanh = GeluGate(x);
                return ((1 + tanh) / 2) + (x / 2 * (1 - (tanh * tanh)) * Math.Sqrt(2 / Math.PI) * (1 + (3 * 0.044715 * x * x)));
            case ActivationFunction.Silu: return Sigmoid(x) * (1 + (x * (1 - Sigmoid(x))));
            case ActivationFunction.Shrink: return Math.Abs(x) > alpha ? 1 : 0;
            default: throw new NotSupportedException($"{function} has no gradient kernel.");
        }
    }
}
