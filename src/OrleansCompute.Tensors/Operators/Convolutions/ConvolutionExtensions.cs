namespace OrleansCompute.Tensors.Operators.Convolutions;

/// <summary>Convolutions for models that are written once and run eager or lazy.</summary>
public static class ConvolutionExtensions
{
    /// <summary>Convolution; see <see cref="ConvOperator"/>.</summary>
    /// <param name="target">Where it is applied.</param>
    /// <param name="x">[N, C, …].</param>
    /// <param name="weights">[M, C / groups, …].</param>
    /// <param name="bias">[M], or null.</param>
    /// <param name="options">Default: stride 1, no padding, no groups.</param>
    public static TValue Conv<TValue>(
        this IOperatorTarget<TValue> target, TValue x, TValue weights, TValue? bias = null, ConvolutionAttributes? options = null)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        var convolution = new ConvOperator(options ?? new ConvolutionAttributes());
        return bias is null ? target.Apply(convolution, x, weights)[0] : target.Apply(convolution, x, weights, bias)[0];
    }

    /// <summary>Transposed convolution; see <see cref="ConvTransposeOperator"/>.</summary>
    /// <param name="target">Where it is applied.</param>
    /// <param name="x">[N, C, …].</param>
    /// <param name="weights">[C, M / groups, …].</param>
    /// <param name="bias">[M], or null.</param>
    /// <param name="options">Default: stride 1, no padding, no groups.</param>
    public static TValue ConvTranspose<TValue>(
        this IOperatorTarget<TValue> target, TValue x, TValue weights, TValue? bias = null, ConvTransposeAttributes? options = null)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        var convolution = new ConvTransposeOperator(options ?? new ConvTransposeAttributes(new ConvolutionAttributes()));
        return bias is null ? target.Apply(convolution, x, weights)[0] : target.Apply(convolution, x, weights, bias)[0];
    }
}
