namespace OrleansCompute.Tensors.Operators.Attention;

/// <summary>Attention as a function, for eager and lazy models alike. Thread-safe if the target is.</summary>
public static class AttentionFunctions
{
    /// <summary>Scaled dot-product attention; see <see cref="AttentionOperator"/>.</summary>
    /// <param name="target">Where it is applied.</param>
    /// <param name="queries">[batch, heads, T, d].</param>
    /// <param name="keys">[batch, key heads, S, d].</param>
    /// <param name="values">[batch, key heads, S, e].</param>
    /// <param name="mask">Added to the scaled products, broadcast to [batch, heads, T, S]; or null.</param>
    /// <param name="isCausal">Whether queries see only keys up to their own place, aligned at the end.</param>
    /// <param name="scale">Factor of the products; null: 1 / sqrt(d).</param>
    /// <returns>[batch, heads, T, e].</returns>
    public static TValue Attention<TValue>(
        this IOperatorTarget<TValue> target, TValue queries, TValue keys, TValue values, TValue? mask = null, bool isCausal = false, float? scale = null)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        var @operator = new AttentionOperator(isCausal, scale);
        return (mask is null ? target.Apply(@operator, queries, keys, values) : target.Apply(@operator, queries, keys, values, mask))[0];
    }
}
