namespace OrleansCompute.Tensors.Operators.Recurrent;

/// <summary>Recurrent layers for models that are written once and run eager or lazy.</summary>
public static class RecurrentExtensions
{
    /// <summary>A recurrent layer over whole sequences; see <see cref="RecurrentOperator"/> for the shapes.</summary>
    /// <param name="target">Where it is applied.</param>
    /// <param name="layer">The cell and its options.</param>
    /// <param name="x">[T, N, I], or [N, T, I] with the batch first.</param>
    /// <param name="w">[D, G H, I].</param>
    /// <param name="r">[D, G H, H].</param>
    /// <param name="bias">[D, 2 G H], or null.</param>
    /// <returns>All h, the last h, and for the LSTM the last c.</returns>
    public static IReadOnlyList<TValue> Recurrent<TValue>(
        this IOperatorTarget<TValue> target, RecurrentOperator layer, TValue x, TValue w, TValue r, TValue? bias = null)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return bias is null ? target.Apply(layer, x, w, r) : target.Apply(layer, x, w, r, bias);
    }
}
