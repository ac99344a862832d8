using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Reductions;

/// <summary>
/// The reverse of a reduction: repeats a reduced value (input 0) to the shape that was reduced, that of input 1; optional input 2 are the
/// axes where they are no attribute. Of input 1 only the shape is used.
/// </summary>
/// <param name="Axes">As of <see cref="ReduceOperator"/>.</param>
/// <param name="KeepsDimensions">As of <see cref="ReduceOperator"/>.</param>
/// <param name="IsNoopWithoutAxes">As of <see cref="ReduceOperator"/>.</param>
/// <param name="IsMean">Whether the value is divided by the number of its repetitions.</param>
public sealed record ReduceExpandOperator(IntList? Axes, bool KeepsDimensions, bool IsNoopWithoutAxes = false, bool IsMean = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => "ReduceExpand";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => ReducedAxes.Attributes(Axes, KeepsDimensions, IsNoopWithoutAxes).With("mean", IsMean);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2, 3);
        return [inputs[0] with { Shape = inputs[1].Shape }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (context.Needs(0))
        {
            var reduction = new ReduceOperator(IsMean ? Reduction.Mean : Reduction.Sum, Axes, KeepsDimensions, IsNoopWithoutAxes);
            context.Give(0, context.Apply(reduction, context.OutputGradient, context.OptionalInput(2))[0]);
        }
    }
}
