namespace OrleansCompute.Tensors.Operators.Pooling;

/// <summary>Gradient of <see cref="LpPoolOperator"/>: sign(x) |x|^(p-1) y^(1-p) dy for each element under the window; 0 where y is 0.</summary>
/// <param name="Options">The window.</param>
/// <param name="P">Order of the norm.</param>
public sealed record LpPoolGradientOperator(PoolAttributes Options, int P = 2) : PoolGradientOperator(Options)
{
    /// <inheritdoc/>
    public override string Name => Options.IsGlobal ? "GlobalLpPoolGradient" : "LpPoolGradient";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Options.ToAttributes().With("p", P);
}
