namespace OrleansCompute.Tensors.Operators.Losses;

/// <summary>Losses as functions, for eager and lazy models alike. Thread-safe if the target is.</summary>
public static class LossFunctions
{
    /// <summary>Softmax cross-entropy of scores with whole labels; see <see cref="SoftmaxCrossEntropyLossOperator"/>.</summary>
    /// <param name="target">Where it is applied.</param>
    /// <param name="scores">[N, C, ...].</param>
    /// <param name="labels">[N, ...], int32 or int64.</param>
    /// <param name="weights">[C], or null.</param>
    /// <param name="reduction">What becomes of the losses of single rows.</param>
    /// <param name="ignoreIndex">A label that counts nothing; null: none.</param>
    /// <param name="labelSmoothing">Share of the target that is spread over all classes, 0 to 1.</param>
    public static TValue SoftmaxCrossEntropy<TValue>(
        this IOperatorTarget<TValue> target,
        TValue scores,
        TValue labels,
        TValue? weights = null,
        LossReduction reduction = LossReduction.Mean,
        long? ignoreIndex = null,
        float labelSmoothing = 0)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        if (labelSmoothing is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(labelSmoothing), labelSmoothing, $"labelSmoothing is {labelSmoothing}; allowed: 0 to 1.");
        }

        var @operator = new SoftmaxCrossEntropyLossOperator(reduction, ignoreIndex, labelSmoothing);
        return (weights is null ? target.Apply(@operator, scores, labels) : target.Apply(@operator, scores, labels, weights))[0];
    }

    /// <summary>A loss of each element of predictions and targets of one shape; see <see cref="ElementLoss"/>.</summary>
    /// <param name="target">Where it is applied.</param>
    /// <param name="loss">The loss of one element.</param>
    /// <param name="predictions">Floating point.</param>
    /// <param name="targets">Of the same type and shape.</param>
    /// <param name="reduction">What becomes of the losses of single elements.</param>
    /// <param name="delta">Parameter of Huber and SmoothAbsoluteError, above 0.</param>
    public static TValue Loss<TValue>(
        this IOperatorTarget<TValue> target,
        ElementLoss loss,
        TValue predictions,
        TValue targets,
        LossReduction reduction = LossReduction.Mean,
        float delta = 1)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(delta);
        return target.Apply(new ElementLossOperator(loss, reduction, delta), predictions, targets)[0];
    }

    /// <summary>Mean of (x - t)^2.</summary>
    public static TValue MeanSquaredError<TValue>(this IOperatorTarget<TValue> target, TValue predictions, TValue targets)
        where TValue : class => Loss(target, ElementLoss.SquaredError, predictions, targets);

    /// <summary>Mean binary cross-entropy of sigmoid(x).</summary>
    public static TValue BinaryCrossEntropyWithLogits<TValue>(this IOperatorTarget<TValue> target, TValue scores, TValue targets)
        where TValue : class => Loss(target, ElementLoss.BinaryCrossEntropyWithLogits, scores, targets);
}
