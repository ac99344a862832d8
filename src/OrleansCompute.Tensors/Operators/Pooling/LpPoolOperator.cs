using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Pooling;

/// <summary>The p-norm of the elements under the window.</summary>
/// <param name="Options">The window.</param>
/// <param name="P">Order of the norm, 1 or more.</param>
public sealed record LpPoolOperator(PoolAttributes Options, int P = 2) : PoolOperator(Options)
{
    /// <inheritdoc/>
    public override string Name => Options.IsGlobal ? "GlobalLpPool" : "LpPool";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Options.ToAttributes().With("p", P);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs) =>
        P >= 1 ? base.Infer(inputs) : throw new ShapeMismatchException($"{Name}: p is {P}; allowed 1 or more.");

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new LpPoolGradientOperator(Options, P), context.OutputGradient, context.Input(0))[0]);
}
