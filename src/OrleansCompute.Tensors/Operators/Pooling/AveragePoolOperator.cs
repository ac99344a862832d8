using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Tensors.Operators.Pooling;

/// <summary>The mean of the elements under the window.</summary>
/// <param name="Options">The window.</param>
/// <param name="CountsPadding">Whether padding counts as elements of value 0; else the sum is divided by the number of true elements.</param>
public sealed record AveragePoolOperator(PoolAttributes Options, bool CountsPadding = false) : PoolOperator(Options)
{
    /// <inheritdoc/>
    public override string Name => Options.IsGlobal ? "GlobalAveragePool" : "AveragePool";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => CountsPadding ? Options.ToAttributes().With("count_include_pad", true) : Options.ToAttributes();

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new AveragePoolGradientOperator(Options, CountsPadding), context.OutputGradient, context.Input(0))[0]);
}
