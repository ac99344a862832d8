namespace OrleansCompute.Tensors.Operators.Reductions;

/// <summary>Reductions as functions, for eager and lazy models alike. Axes count from the end where they are negative; none means all. Thread-safe if the target is.</summary>
public static class ReductionFunctions
{
    /// <summary>Reduces dimensions.</summary>
    /// <param name="target">Where it is applied.</param>
    /// <param name="reduction">How.</param>
    /// <param name="value">What.</param>
    /// <param name="axes">Dimensions to reduce; null: all.</param>
    /// <param name="keepsDimensions">Whether they stay, with size 1.</param>
    public static TValue Reduce<TValue>(this IOperatorTarget<TValue> target, Reduction reduction, TValue value, int[]? axes = null, bool keepsDimensions = false)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Apply(new ReduceOperator(reduction, IntList.From(axes), keepsDimensions), value)[0];
    }

    /// <summary>Sum over dimensions.</summary>
    public static TValue ReduceSum<TValue>(this IOperatorTarget<TValue> target, TValue value, int[]? axes = null, bool keepsDimensions = false)
        where TValue : class => Reduce(target, Reduction.Sum, value, axes, keepsDimensions);

    /// <summary>Mean over dimensions.</summary>
    public static TValue ReduceMean<TValue>(this IOperatorTarget<TValue> target, TValue value, int[]? axes = null, bool keepsDimensions = false)
        where TValue : class => Reduce(target, Reduction.Mean, value, axes, keepsDimensions);

    /// <summary>Largest over dimensions.</summary>
    public static TValue ReduceMax<TValue>(this IOperatorTarget<TValue> target, TValue value, int[]? axes = null, bool keepsDimensions = false)
        where TValue : class => Reduce(target, Reduction.Max, value, axes, keepsDimensions);

    /// <summary>Place of the largest element along an axis, as int64.</summary>
    public static TValue ArgMax<TValue>(this IOperatorTarget<TValue> target, TValue value, int axis, bool keepsDimension = false)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Apply(new ArgReduceOperator(true, axis, keepsDimension), value)[0];
    }
}
