using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Generation;

/// <summary>Numbers from a start to before a limit by a step: (start, limit, step), scalars of one type.</summary>
public sealed record RangeOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "Range";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var type = inputs.RequireCount(3).RequireSameElementType(0, 1, 2);
        if (Enumerable.Range(0, 3).Any(i => inputs[i].Shape.Elements != 1))
        {
            throw new ShapeMismatchException($"{Name}: start {inputs[0]}, limit {inputs[1]} and step {inputs[2]} must have one element each.");
        }

        if (Enumerable.Range(0, 3).Any(i => inputs.Constant(i) is null))
        {
            return [new TensorType(type, new Shape(Shape.Any))];
        }

        double Read(int i) => type.IsFloatingPoint() ? ConstantNumbers.ReadReals(inputs.Constant(i)!)[0] : ConstantNumbers.Read(inputs.Constant(i)!)[0];
        var count = Math.Ceiling((Read(1) - Read(0)) / Read(2));
        return count <= int.MaxValue
            ? [new TensorType(type, new Shape((int)Math.Max(count, 0)))]
            : throw new ShapeMismatchException($"{Name}: {Read(0)} to {Read(1)} by {Read(2)} are {count} numbers; allowed up to {int.MaxValue}.");
    }

    /// <summary>By the start and the step; the limit only decides how many there are.</summary>
    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        var (dy, start, step) = (context.OutputGradient, context.Input(0), context.Input(2));
        if (context.Needs(0))
        {
            context.Give(0, context.SumToLike(dy, start));
        }

        if (context.Needs(2))
        {
            context.Give(2, context.SumToLike(context.Mul(dy, context.Div(context.Sub(context.Output(0), start), step)), step));
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(outputs[0].Shape.Elements, outputs[0].Bytes);
}
