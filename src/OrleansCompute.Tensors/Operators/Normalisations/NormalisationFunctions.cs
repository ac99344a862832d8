namespace OrleansCompute.Tensors.Operators.Normalisations;

/// <summary>Normalisations as functions, for eager and lazy models alike. Thread-safe if the target is.</summary>
public static class NormalisationFunctions
{
    /// <summary>Layer normalisation over all dimensions from an axis on.</summary>
    /// <param name="target">Where it is applied.</param>
    /// <param name="value">x.</param>
    /// <param name="scale">Broadcast to x.</param>
    /// <param name="bias">Broadcast to x, or null.</param>
    /// <param name="axis">First normalised dimension.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static TValue LayerNormalization<TValue>(
        this IOperatorTarget<TValue> target, TValue value, TValue scale, TValue? bias = null, int axis = -1, float epsilon = 1e-5f)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        var @operator = new LayerNormalizationOperator(axis, epsilon);
        return (bias is null ? target.Apply(@operator, value, scale) : target.Apply(@operator, value, scale, bias))[0];
    }

    /// <summary>Root-mean-square normalisation over all dimensions from an axis on; scale is broadcast to x.</summary>
    public static TValue RmsNormalization<TValue>(this IOperatorTarget<TValue> target, TValue value, TValue scale, int axis = -1, float epsilon = 1e-5f)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Apply(new RmsNormalizationOperator(axis, epsilon), value, scale)[0];
    }

    /// <summary>Group normalisation of x [N, C, ...]; scale and bias are [C].</summary>
    public static TValue GroupNormalization<TValue>(
        this IOperatorTarget<TValue> target, TValue value, TValue scale, TValue bias, int groups, float epsilon = 1e-5f)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Apply(new GroupNormalizationOperator(groups, epsilon), value, scale, bias)[0];
    }

    /// <summary>Batch normalisation of x [N, C, ...] with given statistics; scale, bias, mean and variance are [C].</summary>
    public static TValue BatchNormalization<TValue>(
        this IOperatorTarget<TValue> target, TValue value, TValue scale, TValue bias, TValue mean, TValue variance, float epsilon = 1e-5f)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Apply(new BatchNormalizationOperator(epsilon), value, scale, bias, mean, variance)[0];
    }

    /// <summary>Batch normalisation of x [N, C, ...] with the statistics of the batch: y, and the new running mean and variance.</summary>
    public static (TValue Output, TValue Mean, TValue Variance) BatchNormalizationTraining<TValue>(
        this IOperatorTarget<TValue> target,
        TValue value,
        TValue scale,
        TValue bias,
        TValue mean,
        TValue variance,
        float epsilon = 1e-5f,
        float momentum = 0.9f)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        var results = target.Apply(new BatchNormalizationOperator(epsilon, momentum, true), value, scale, bias, mean, variance);
        return (results[0], results[1], results[2]);
    }
}
