using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>A copy of x in which each update changes the part that its row of indices names: (x, indices, updates).</summary>
/// <param name="Reduction">What happens with the elements that are there.</param>
public sealed record ScatterNDOperator(ScatterReduction Reduction = ScatterReduction.None) : Operator
{
    /// <inheritdoc/>
    public override string Name => "ScatterND";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("reduction", IndexChecks.Text(Reduction));

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(3).RequireSameElementType(0, 2);
        IndexChecks.RequireIndices(Name, inputs, 1);
        var part = new GatherNDOperator().Output(inputs[0].Shape, inputs[1].Shape);
        return part.Equals(inputs[2].Shape)
            ? [inputs[0]]
            : throw new ShapeMismatchException($"{Name}: the updates are {inputs[2].Shape}; for x {inputs[0].Shape} and indices {inputs[1].Shape} they must be {part}.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (Reduction is ScatterReduction.Mul or ScatterReduction.Min or ScatterReduction.Max)
        {
            ScatterGradient.Append(context, Reduction, reduction => this with { Reduction = reduction }, new GatherNDOperator());
            return;
        }

        if (context.Needs(0))
        {
            var zeros = Reduction == ScatterReduction.None ? context.Apply(new ZerosLikeOperator(), context.Input(2))[0] : null;
            context.Give(0, zeros is null ? context.OutputGradient : context.Apply(this, context.OutputGradient, context.Input(1), zeros)[0]);
        }

        if (context.Needs(2))
        {
            context.Give(2, context.Apply(new GatherNDOperator(), context.OutputGradient, context.Input(1))[0]);
        }
    }
}
