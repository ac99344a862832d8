using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>The slices of x along a dimension that the indices name (int32 or int64; below 0 they count from the end): an embedding, for axis 0.</summary>
/// <param name="Axis">-Rank to Rank - 1; the dimensions of the indices take its place.</param>
public sealed record GatherOperator(int Axis = 0) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Gather";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(2)[0].Shape;
        var axis = shape.Axis(Axis, Name);
        IndexChecks.RequireIndices(Name, inputs, 1);
        return [inputs[0] with { Shape = new Shape([.. shape.Dimensions[..axis], .. inputs[1].Shape.Dimensions, .. shape.Dimensions[(axis + 1)..]]) }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (context.Needs(0))
        {
            context.Give(0, context.Apply(new GatherGradientOperator(Axis), context.OutputGradient, context.Input(1), context.Input(0))[0]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(0, inputs[1]!.Bytes + (2 * outputs[0].Bytes));
}
