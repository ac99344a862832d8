using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Pooling;

/// <summary>
/// The largest element under the window; padding never wins. The optional second output (int64) is the place of that element in the whole
/// input; of equal elements the first counts.
/// </summary>
/// <param name="Options">The window.</param>
/// <param name="HasIndices">Whether there is the second output.</param>
/// <param name="IsColumnMajor">Whether places are counted with the first spatial dimension fastest.</param>
public sealed record MaxPoolOperator(PoolAttributes Options, bool HasIndices = false, bool IsColumnMajor = false) : PoolOperator(Options)
{
    /// <inheritdoc/>
    public override string Name => Options.IsGlobal ? "GlobalMaxPool" : "MaxPool";

    /// <inheritdoc/>
    public override int OutputCount => HasIndices ? 2 : 1;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => IsColumnMajor ? Options.ToAttributes().With("storage_order", 1L) : Options.ToAttributes();

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var type = base.Infer(inputs)[0];
        return HasIndices ? [type, type with { ElementType = ElementType.Int64 }] : [type];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new MaxPoolGradientOperator(Options), context.OutputGradient, context.Input(0))[0]);
}
