namespace OrleansCompute.Tensors.Operators.Quantisation;

/// <summary>Quantisation for models that are written once and run eager or lazy.</summary>
public static class QuantisationExtensions
{
    /// <summary>Quantises and dequantises at once to signed 8 bits, for quantisation-aware training.</summary>
    /// <param name="target">Where it is applied.</param>
    /// <param name="x">Values.</param>
    /// <param name="scale">A scalar, or one for each slice along the axis.</param>
    /// <param name="axis">Used when the scale is not a scalar.</param>
    public static TValue FakeQuantize<TValue>(this IOperatorTarget<TValue> target, TValue x, TValue scale, int axis = 1)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Apply(new FakeQuantizeOperator(Axis: axis), x, scale)[0];
    }
}
