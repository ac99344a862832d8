using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>The second input where the first (bool) is true, else the third; all broadcast.</summary>
public sealed record WhereOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "Where";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(3).RequireSameElementType(1, 2);
        if (inputs[0].ElementType != ElementType.Bool)
        {
            throw new ShapeMismatchException($"{Name}: the condition is {inputs[0]}; it must be Bool: put a Cast before it.");
        }

        var shape = Broadcasting.Common(inputs[1].Shape, inputs[2].Shape, Name);
        return [inputs[1] with { Shape = Broadcasting.Common(inputs[0].Shape, shape, Name) }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var dy = context.OutputGradient;
        var zeros = context.ZerosLike(dy);
        if (context.Needs(1))
        {
            context.GiveSummed(1, context.Where(context.Input(0), dy, zeros));
        }

        if (context.Needs(2))
        {
            context.GiveSummed(2, context.Where(context.Input(0), zeros, dy));
        }
    }
}
