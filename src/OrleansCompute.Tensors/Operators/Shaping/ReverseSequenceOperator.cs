using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>Turns around the first elements of each sequence of a batch, as many as its length (second input, int64); the others stay.</summary>
/// <param name="BatchAxis">0 or 1.</param>
/// <param name="TimeAxis">1 or 0.</param>
public sealed record ReverseSequenceOperator(int BatchAxis = 1, int TimeAxis = 0) : Operator
{
    /// <inheritdoc/>
    public override string Name => "ReverseSequence";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("batch_axis", BatchAxis).With("time_axis", TimeAxis);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(2).RequireElementType(1, ElementType.Int64, ElementType.Int32).RequireRank(0, 2, Shape.MaxRank);
        return (BatchAxis, TimeAxis) is (0, 1) or (1, 0) && inputs[1].Shape.Equals(new Shape(shape[BatchAxis]))
            ? [inputs[0]]
            : throw new ShapeMismatchException($"{Name}: batch_axis {BatchAxis} and time_axis {TimeAxis} must be 0 and 1 or 1 and 0, and the lengths {inputs[1]} one for each sequence of {shape}.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(this, context.OutputGradient, context.Input(1))[0]);
}
