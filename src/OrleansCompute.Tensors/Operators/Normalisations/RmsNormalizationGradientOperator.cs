using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Normalisations;

/// <summary>
/// Gradient of <see cref="RmsNormalizationOperator"/> from x, scale, 1 / root mean square and dy: the gradients of x and scale. With g = dy *
/// scale and z = x / root mean square, dx is (g - z * mean of g z) / root mean square over a row.
/// </summary>
/// <remarks>A second derivative computes the root mean square again from x, as <see cref="LayerNormalizationGradientOperator"/> does.</remarks>
/// <param name="Axis">As of the operator.</param>
/// <param name="Epsilon">As of the operator; only second derivatives need it.</param>
public sealed record RmsNormalizationGradientOperator(int Axis, float Epsilon = 1e-5f) : Operator
{
    /// <inheritdoc/>
    public override string Name => "RmsNormalizationGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override int OutputCount => 2;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(4).RequireSameElementType(0, 3);
        return [inputs[0], inputs[1]];
    }

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        var axes = NormalisationShapes.AxesFrom(context.Input(0).Type.Shape, Axis, Name);
        context.GiveComposed((builder, inputs) => GradientContext.OfForm(
            builder,
            [inputs[0], inputs[1]],
            own =>
            {
                var square = builder.Apply(new ReduceOperator(Reduction.Mean, axes), builder.Square(own[0]!))[0];
                return builder.Mul(builder.Mul(own[0]!, builder.ReciprocalSqrt(builder.Affine(square, 1, Epsilon))), own[1]!);
            },
            inputs[3]!));
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(9L * outputs[0].Shape.Elements, Traffic(inputs, outputs));
}
