using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Losses;

/// <summary>What losses over classes share: scores [N, C, ...], labels [N, ...] (int32 or int64), optional weights [C].</summary>
internal static class ClassLoss
{
    /// <summary>Checks the inputs and gives the type of the loss.</summary>
    public static TensorType Infer(OperatorInputs inputs, LossReduction reduction, string user)
    {
        Shape scores = inputs.RequireCount(2, 3).RequireRank(0, 2, Shape.MaxRank), labels = inputs[1].Shape;
        if (!scores.Dimensions[2..].SequenceEqual(labels.Dimensions[Math.Min(1, labels.Rank)..]) || labels.Rank != scores.Rank - 1 || labels[0] != scores[0])
        {
            throw new ShapeMismatchException($"{user}: scores {scores} and labels {labels}; they must be [N, C, ...] and [N, ...].");
        }

        if (inputs[1].ElementType is not (ElementType.Int32 or ElementType.Int64))
        {
            throw new ShapeMismatchException($"{user}: the labels are {inputs[1]}; they must be Int32 or Int64.");
        }

        if (inputs.Has(2) && (inputs[2].Shape.Rank != 1 || inputs[2].Shape[0] != scores[1]))
        {
            throw new ShapeMismatchException($"{user}: the weights have shape {inputs[2].Shape}; they must be [{scores[1]}], one per class.");
        }

        return inputs[0] with { Shape = reduction == LossReduction.None ? labels : Shape.Scalar };
    }

    public static OperatorAttributes Attributes(LossReduction reduction, long? ignoreIndex) => OperatorAttributes.Empty
        .With("reduction", reduction switch { LossReduction.None => "none", LossReduction.Sum => "sum", _ => "mean" })
        .With("ignore_index", ignoreIndex);

    public static LossReduction Reduction(OperatorRequest request) => request.Attributes.Get("reduction", "mean") switch
    {
        "none" => LossReduction.None,
        "sum" => LossReduction.Sum,
        "mean" => LossReduction.Mean,
        var other => throw new FormatException($"{request.Name}: reduction is '{other}'; allowed: none, sum, mean."),
    };

    public static long? IgnoreIndex(OperatorRequest request) =>
        request.Attributes.Has("ignore_index") ? request.Attributes.Require<long>("ignore_index") : null;
}
