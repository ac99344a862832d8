using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>A copy of x in which each update changes the element at the update's own place but for one dimension, where its index says: (x, indices, updates).</summary>
/// <param name="Axis">-Rank to Rank - 1.</param>
/// <param name="Reduction">What happens with the element that is there.</param>
public sealed record ScatterElementsOperator(int Axis = 0, ScatterReduction Reduction = ScatterReduction.None) : Operator
{
    /// <inheritdoc/>
    public override string Name => "ScatterElements";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis).With("reduction", IndexChecks.Text(Reduction));

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(3).RequireSameElementType(0, 2);
        IndexChecks.RequireIndices(Name, inputs, 1);
        IndexChecks.RequireInside(Name, inputs[1].Shape, inputs[0].Shape, Axis);
        return inputs[1].Shape.Equals(inputs[2].Shape)
            ? [inputs[0]]
            : throw new ShapeMismatchException($"{Name}: the indices are {inputs[1].Shape}, the updates {inputs[2].Shape}; the shapes must be equal.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (Reduction is ScatterReduction.Mul or ScatterReduction.Min or ScatterReduction.Max)
        {
            ScatterGradient.Append(context, Reduction, reduction => this with { Reduction = reduction }, new GatherElementsOperator(Axis));
            return;
        }

        if (context.Needs(0))
        {
            var zeros = Reduction == ScatterReduction.None ? context.Apply(new ZerosLikeOperator(), context.Input(2))[0] : null;
            context.Give(0, zeros is null ? context.OutputGradient : context.Apply(this, context.OutputGradient, context.Input(1), zeros)[0]);
        }

        if (context.Needs(2))
        {
            context.Give(2, context.Apply(new GatherElementsOperator(Axis), context.OutputGradient, context.Input(1))[0]);
        }
    }
}
