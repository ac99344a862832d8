using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Tensors.Operators.Pooling;

/// <summary>Gradient of <see cref="AveragePoolOperator"/>: each dy is shared among the elements under its window; of x only the shape is used.</summary>
/// <param name="Options">The window.</param>
/// <param name="CountsPadding">That of the pooling.</param>
public sealed record AveragePoolGradientOperator(PoolAttributes Options, bool CountsPadding = false) : PoolGradientOperator(Options)
{
    /// <inheritdoc/>
    public override string Name => Options.IsGlobal ? "GlobalAveragePoolGradient" : "AveragePoolGradient";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => CountsPadding ? Options.ToAttributes().With("count_include_pad", true) : Options.ToAttributes();

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new AveragePoolOperator(Options, CountsPadding), context.OutputGradient)[0]);
}
