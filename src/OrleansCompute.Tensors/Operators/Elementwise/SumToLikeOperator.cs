using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>Sums the first input over the dimensions in which broadcasting repeated the second; of the second only the shape is used.</summary>
public sealed record SumToLikeOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "SumToLike";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(2);
        return Broadcasting.Common(inputs[0].Shape, inputs[1].Shape, Name).Equals(inputs[0].Shape)
            ? [inputs[0] with { Shape = inputs[1].Shape }]
            : throw new ShapeMismatchException($"{Name}: {inputs[1].Shape} does not broadcast to {inputs[0].Shape}.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Needs(0))
        {
            // Adding zeros of the larger shape repeats the gradient.
            context.Give(0, context.Apply(new AddOperator(), context.OutputGradient, context.Apply(new ZerosLikeOperator(), context.Input(0))[0])[0]);
        }
    }
}
