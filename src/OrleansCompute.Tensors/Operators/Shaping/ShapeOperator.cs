using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>The sizes of the input from one dimension to before another, int64.</summary>
/// <param name="Start">First dimension; below 0 it counts from the end; cut to the range.</param>
/// <param name="End">Dimension after the last; null: all.</param>
public sealed record ShapeOperator(int Start = 0, int? End = null) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Shape";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes
    {
        get
        {
            var attributes = Start == 0 ? OperatorAttributes.Empty : OperatorAttributes.Empty.With("start", Start);
            return End is { } end ? attributes.With("end", end) : attributes;
        }
    }

    /// <summary>The sizes.</summary>
    public ReadOnlySpan<int> Sizes(Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        int Cut(int axis) => (int)Math.Clamp(axis < 0 ? (long)axis + shape.Rank : axis, 0, shape.Rank);
        int start = Cut(Start), end = Cut(End ?? shape.Rank);
        return shape.Dimensions.Slice(start, Math.Max(0, end - start));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs) =>
        [new TensorType(ElementType.Int64, new Shape(Sizes(inputs.RequireCount(1)[0].Shape).Length))];

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) => new(0, outputs[0].Bytes);
}
