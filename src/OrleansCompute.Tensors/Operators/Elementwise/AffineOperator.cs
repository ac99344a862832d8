using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>
/// Factor * x + Offset with numbers that are part of the operator, so that they have the element type of x whatever that is; computed in
/// that type (float16 and bfloat16 in float32).
/// </summary>
/// <param name="Factor">Multiplies x.</param>
/// <param name="Offset">Is added.</param>
public sealed record AffineOperator(double Factor, double Offset = 0) : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Affine";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("factor", (float)Factor).With("offset", (float)Offset);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var type = inputs.RequireCount(1)[0];
        return type.ElementType.IsFloatingPoint()
            ? [type]
            : throw new ShapeMismatchException($"{Name}: the input is {type}; its elements must be floating-point numbers.");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<GraphValue>? Expand(GraphBuilder target, IReadOnlyList<GraphValue?> inputs)
    {
        var x = inputs[0]!;
        var scaled = target.Mul(x, target.CastLike(target.Constant(Tensor.Scalar(Factor)), x));
        return [Offset == 0 ? scaled : target.Add(scaled, target.CastLike(target.Constant(Tensor.Scalar(Offset)), x))];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Give(0, context.Affine(context.OutputGradient, Factor));
    }
}
