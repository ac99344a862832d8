using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>Operators with indices for models that are written once and run eager or lazy.</summary>
public static class IndexingExtensions
{
    /// <summary>The slices of x that the indices name: an embedding, for axis 0.</summary>
    public static TValue Gather<TValue>(this IOperatorTarget<TValue> target, TValue x, TValue indices, int axis = 0)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Apply(new GatherOperator(axis), x, indices)[0];
    }

    /// <summary>For each index the element of x at the same place but for one dimension, where the index says.</summary>
    public static TValue GatherElements<TValue>(this IOperatorTarget<TValue> target, TValue x, TValue indices, int axis = 0)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Apply(new GatherElementsOperator(axis), x, indices)[0];
    }

    /// <summary>The k largest elements along a dimension, and their places.</summary>
    public static (TValue Values, TValue Indices) TopK<TValue>(this IOperatorTarget<TValue> target, TValue x, int k, int axis = -1)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        var results = target.Apply(new TopKOperator(axis), x, target.Constant(Tensor.Vector<long>(k)));
        return (results[0], results[1]);
    }
}
