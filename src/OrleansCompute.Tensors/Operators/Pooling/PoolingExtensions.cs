using OrleansCompute.Tensors.Operators.Convolutions;

namespace OrleansCompute.Tensors.Operators.Pooling;

/// <summary>Poolings for models that are written once and run eager or lazy.</summary>
public static class PoolingExtensions
{
    /// <summary>The largest element under a square window.</summary>
    /// <param name="target">Where it is applied.</param>
    /// <param name="x">[N, C, …].</param>
    /// <param name="window">Kernel (must be set), strides, pads, dilations.</param>
    public static TValue MaxPool<TValue>(this IOperatorTarget<TValue> target, TValue x, WindowAttributes window)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Apply(new MaxPoolOperator(new PoolAttributes(window)), x)[0];
    }

    /// <summary>The mean of the elements under a window; padding does not count.</summary>
    /// <param name="target">Where it is applied.</param>
    /// <param name="x">[N, C, …].</param>
    /// <param name="window">Kernel (must be set), strides, pads, dilations.</param>
    public static TValue AveragePool<TValue>(this IOperatorTarget<TValue> target, TValue x, WindowAttributes window)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Apply(new AveragePoolOperator(new PoolAttributes(window)), x)[0];
    }

    /// <summary>The mean of each plane: [N, C, …] to [N, C, 1, …].</summary>
    public static TValue GlobalAveragePool<TValue>(this IOperatorTarget<TValue> target, TValue x)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Apply(new AveragePoolOperator(PoolAttributes.Global), x)[0];
    }
}
