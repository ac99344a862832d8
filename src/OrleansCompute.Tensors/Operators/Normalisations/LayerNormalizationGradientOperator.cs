using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Normalisations;

/// <summary>
/// Gradient of <see cref="LayerNormalizationOperator"/> from x, scale, mean, 1 / deviation and dy: the gradients of x, scale and bias (the
/// latter of the shape of scale). With g = dy * scale and z = (x - mean) / deviation, dx is (g - mean of g - z * mean of g z) / deviation
/// over a row.
/// </summary>
/// <remarks>
/// A second derivative takes mean and deviation for what they are, functions of x: they are computed again from x, and the gradient of x
/// has all of it, so that the operator's statistics need none.
/// </remarks>
/// <param name="Axis">As of the operator.</param>
/// <param name="Epsilon">As of the operator; only second derivatives need it.</param>
public sealed record LayerNormalizationGradientOperator(int Axis, float Epsilon = 1e-5f) : Operator
{
    /// <inheritdoc/>
    public override string Name => "LayerNormalizationGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override int OutputCount => 3;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(5).RequireSameElementType(0, 4);
        return [inputs[0], inputs[1], inputs[1]];
    }

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        var axes = NormalisationShapes.AxesFrom(context.Input(0).Type.Shape, Axis, Name);
        context.GiveComposed((builder, inputs) =>
        {
            GraphValue?[] gradients = GradientContext.OfForm(
                builder,
                [inputs[0], inputs[1]],
                own =>
                {
                    var centred = builder.Sub(own[0]!, builder.Apply(new ReduceOperator(Reduction.Mean, axes), own[0]!)[0]);
                    var variance = builder.Apply(new ReduceOperator(Reduction.Mean, axes), builder.Square(centred))[0];
                    return builder.Mul(builder.Mul(centred, builder.ReciprocalSqrt(builder.Affine(variance, 1, Epsilon))), own[1]!);
                },
                inputs[4]!);
            return [gradients[0], gradients[1], builder.Apply(new SumToLikeOperator(), inputs[4]!, inputs[1]!)[0]];
        });
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(9L * outputs[0].Shape.Elements, Traffic(inputs, outputs));
}
