using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>For each index the element of x at the same place but for one dimension, where the index says; the output has the shape of the indices.</summary>
/// <param name="Axis">-Rank to Rank - 1.</param>
public sealed record GatherElementsOperator(int Axis = 0) : Operator
{
    /// <inheritdoc/>
    public override string Name => "GatherElements";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2);
        IndexChecks.RequireIndices(Name, inputs, 1);
        IndexChecks.RequireInside(Name, inputs[1].Shape, inputs[0].Shape, Axis);
        return [inputs[0] with { Shape = inputs[1].Shape }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (context.Needs(0))
        {
            var zeros = context.Apply(new ZerosLikeOperator(), context.Input(0))[0];
            context.Give(0, context.Apply(new ScatterElementsOperator(Axis, ScatterReduction.Add), zeros, context.Input(1), context.OutputGradient)[0]);
        }
    }
}
