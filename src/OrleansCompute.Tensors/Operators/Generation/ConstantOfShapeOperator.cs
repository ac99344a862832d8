using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Generation;

/// <summary>A tensor of one value again and again, in the shape that the input (int64) says.</summary>
/// <param name="Value">Host tensor with one element; it must not change.</param>
public sealed record ConstantOfShapeOperator(Tensor Value) : Operator
{
    /// <inheritdoc/>
    public override string Name => "ConstantOfShape";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("value", Value);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(1);
        var rank = inputs.RequireRank(0, 1)[0];
        if (Value.Shape.Elements != 1 || rank > Shape.MaxRank)
        {
            throw new ShapeMismatchException($"{Name}: the value is {Value} and must have one element; the shape has {rank} dimensions, allowed up to {Shape.MaxRank}.");
        }

        return [Value.Type with { Shape = new Shape(inputs.SmallNumbers(0) is { } sizes ? Positive(sizes) : IntList.Repeat(Shape.Any, rank).AsSpan()) }];
    }

    private ReadOnlySpan<int> Positive(int[] sizes) => sizes.All(size => size >= 0)
        ? sizes
        : throw new ShapeMismatchException($"{Name}: the shape is [{string.Join(", ", sizes)}]; sizes must be 0 or more.");

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) => new(0, outputs[0].Bytes);
}
