using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>
/// Chooses boxes by score, leaving out those that overlap a chosen one too much: (boxes [batch, n, 4], scores [batch, classes, n], most
/// boxes for each class, overlap threshold, score threshold; the last three optional, defaults 0, 0 and none) to int64 rows
/// [batch, class, box].
/// </summary>
/// <param name="IsCenterBox">Whether a box is [x, y, width, height] of its centre, else [y1, x1, y2, x2] of two corners.</param>
public sealed record NonMaxSuppressionOperator(bool IsCenterBox = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => "NonMaxSuppression";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("center_point_box", IsCenterBox);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2, 5);
        Shape boxes = inputs.RequireRank(0, 3), scores = inputs.RequireRank(1, 3);
        for (var i = 2; i < 5; i++)
        {
            if (inputs.Has(i) && inputs[i].Shape.Elements != 1)
            {
                throw new ShapeMismatchException($"{Name}: input {i} is {inputs[i]}; it must have one element.");
            }
        }

        return boxes[0] == scores[0] && boxes[1] == scores[2] && boxes[2] == 4
            ? [new TensorType(ElementType.Int64, new Shape(Shape.Any, 3))]
            : throw new ShapeMismatchException($"{Name}: boxes {boxes} and scores {scores} do not fit: [batch, n, 4] and [batch, classes, n].");
    }
}
