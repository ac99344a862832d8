using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Activations;

/// <summary>x for x &gt;= 0, else slope * x; the slope (input 1) is broadcast to the shape of x.</summary>
public sealed record PReluOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "PRelu";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(2).RequireSameElementType(0, 1);
        return Broadcasting.Common(inputs[0].Shape, inputs[1].Shape, Name).Equals(inputs[0].Shape)
            ? [inputs[0]]
            : throw new ShapeMismatchException($"{Name}: the slope {inputs[1].Shape} cannot be repeated to {inputs[0].Shape}.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (x, slope, dy) = (context.Input(0), context.Input(1), context.OutputGradient);
        var zeros = context.ZerosLike(x);
        var isNegative = context.Less(x, zeros);
        if (context.Needs(0))
        {
            context.Give(0, context.Where(isNegative, context.Mul(dy, slope), dy));
        }

        if (context.Needs(1))
        {
            context.GiveSummed(1, context.Where(isNegative, context.Mul(dy, x), zeros));
        }
    }
}
