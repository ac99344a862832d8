using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Activations;

/// <summary>An activation function of each element; <see cref="ReluOperator"/> is apart. Floating point.</summary>
/// <param name="Function">The function.</param>
/// <param name="Alpha">First parameter, where the function has one; else 0.</param>
/// <param name="Beta">Second parameter, where the function has one; else 0.</param>
public sealed record ActivationOperator(ActivationFunction Function, float Alpha = 0, float Beta = 0) : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => Function == ActivationFunction.GeluTanh ? "Gelu" : Function.ToString();

    /// <summary>ONNX has Mish since opset 18, Gelu since 20: newer than what is written.</summary>
    /// <inheritdoc/>
    public override string Domain =>
        Function is ActivationFunction.Silu or ActivationFunction.Mish or ActivationFunction.Gelu or ActivationFunction.GeluTanh ? "oc" : "";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Function switch
    {
        ActivationFunction.LeakyRelu or ActivationFunction.Elu or ActivationFunction.Celu or ActivationFunction.ThresholdedRelu =>
            OperatorAttributes.Empty.With("alpha", Alpha),
        ActivationFunction.Selu => OperatorAttributes.Empty.With("alpha", Alpha).With("gamma", Beta),
        ActivationFunction.HardSigmoid => OperatorAttributes.Empty.With("alpha", Alpha).With("beta", Beta),
        ActivationFunction.Shrink => OperatorAttributes.Empty.With("lambd", Alpha).With("bias", Beta),
        ActivationFunction.GeluTanh => OperatorAttributes.Empty.With("approximate", "tanh"),
        _ => OperatorAttributes.Empty,
    };

    /// <summary>Whether the gradient is computed from the output rather than the input: then the input need not be kept.</summary>
    public bool IsGradientFromOutput => Function is ActivationFunction.Sigmoid or ActivationFunction.Tanh;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var type = inputs.RequireCount(1)[0];
        return type.ElementType.IsFloatingPoint() || (Function == ActivationFunction.Shrink && type.ElementType.IsInteger())
            ? [type]
            : throw new ShapeMismatchException($"{Name}: the input is {type}; its elements must be floating-point numbers.");
    }

    /// <summary>Silu, Mish and Gelu by operators of opset 17, which does not have them yet.</summary>
    /// <inheritdoc/>
    public override IReadOnlyList<GraphValue>? Expand(GraphBuilder target, IReadOnlyList<GraphValue?> inputs)
    {
        var x = inputs[0]!;
        GraphValue Affine(GraphValue value, double factor, double offset = 0) => new AffineOperator(factor, offset).Expand(target, [value])![0];
        return Function switch
        {
            ActivationFunction.Silu => [target.Mul(x, target.Sigmoid(x))],
            ActivationFunction.Mish => [target.Mul(x, target.Tanh(target.Softplus(x)))],
            ActivationFunction.Gelu => [target.Mul(Affine(x, 0.5), Affine(target.Map(MathFunction.Erf, Affine(x, 1 / Math.Sqrt(2))), 1, 1))],
            ActivationFunction.GeluTanh =>
            [
                target.Mul(Affine(x, 0.5), Affine(target.Tanh(Affine(target.Mul(x, Affine(target.Mul(x, x), 0.044715, 1)), Math.Sqrt(2 / Math.PI))), 1, 1)),
            ],
            _ => null,
        };
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var known = IsGradientFromOutput ? context.Output(0) : context.Input(0);
        context.Give(0, context.Apply(new ActivationGradientOperator(Function, Alpha, Beta), known, context.OutputGradient)[0]);
    }
}
