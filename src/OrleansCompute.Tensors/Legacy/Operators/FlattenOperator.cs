using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Operators;

/// <summary>All dimensions after the batch become one, in ONNX order (channel, row, column).</summary>
public sealed record FlattenOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "Flatten";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType> inputs)
    {
        RequireInputs(inputs, 1, 1);
        return inputs[0].Shape.HasBatch
            ? [TensorType.Real(Shape.Batch, inputs[0].Shape.Elements)]
            : throw RankError(inputs[0].Shape, "the batch as the first dimension");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Needs(0))
        {
            context.Give(0, context.Apply(new ReshapeOperator(context.Input(0).Type.Shape), context.OutputGradient)[0]);
        }
    }
}
