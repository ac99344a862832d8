namespace OrleansCompute.Tensors.Operators.Pooling;

/// <summary>Gradient of <see cref="MaxPoolOperator"/>: each dy goes to the first largest element under its window.</summary>
/// <param name="Options">The window.</param>
public sealed record MaxPoolGradientOperator(PoolAttributes Options) : PoolGradientOperator(Options)
{
    /// <inheritdoc/>
    public override string Name => Options.IsGlobal ? "GlobalMaxPoolGradient" : "MaxPoolGradient";
}
