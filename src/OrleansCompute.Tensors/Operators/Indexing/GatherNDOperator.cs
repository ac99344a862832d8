using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>
/// The parts of x that the rows of the indices name: each row of the indices' last dimension is the start of coordinates in x, behind the
/// batch dimensions that both share.
/// </summary>
/// <param name="BatchDimensions">Dimensions that both share, 0 or more.</param>
public sealed record GatherNDOperator(int BatchDimensions = 0) : Operator
{
    /// <inheritdoc/>
    public override string Name => "GatherND";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => BatchDimensions == 0 ? OperatorAttributes.Empty : OperatorAttributes.Empty.With("batch_dims", BatchDimensions);

    /// <summary>Shape of the output.</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not fit; the message names both.</exception>
    public Shape Output(Shape x, Shape indices)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(indices);
        var depth = indices.Rank > 0 ? indices[indices.Rank - 1] : 0;
        return BatchDimensions >= 0 && indices.Rank > BatchDimensions && depth + BatchDimensions <= x.Rank && depth > 0
            && x.Dimensions[..BatchDimensions].SequenceEqual(indices.Dimensions[..BatchDimensions])
            ? new Shape([.. indices.Dimensions[..^1], .. x.Dimensions[(BatchDimensions + depth)..]])
            : throw new ShapeMismatchException($"{Name}: x {x} and indices {indices} do not fit with {BatchDimensions} batch dimensions.");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2);
        IndexChecks.RequireIndices(Name, inputs, 1);
        return [inputs[0] with { Shape = Output(inputs[0].Shape, inputs[1].Shape) }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (context.Needs(0))
        {
            context.Give(0, context.Apply(new GatherNDGradientOperator(BatchDimensions), context.OutputGradient, context.Input(1), context.Input(0))[0]);
        }
    }
}
