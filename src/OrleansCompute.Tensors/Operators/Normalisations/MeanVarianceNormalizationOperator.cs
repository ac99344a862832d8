using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Normalisations;

/// <summary>(x - mean) / (standard deviation + 1e-9) over axes, as the function that defines it in ONNX has it.</summary>
/// <param name="Axes">The axes; negative count from the end.</param>
public sealed record MeanVarianceNormalizationOperator(IntList Axes) : UnaryOperator
{
    /// <summary>Added to the standard deviation.</summary>
    public const double Epsilon = 1e-9;

    /// <inheritdoc/>
    public override string Name => "MeanVarianceNormalization";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axes", Axes.ToArray());

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var type = base.Infer(inputs)[0];
        _ = ReducedAxes.Of(type.Shape, Axes.AsSpan(), false, Name);
        return [type];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        // With d the deviation, e = d + epsilon and c = x - mean: (dy - mean of dy - c * mean of dy y / d) / e.
        var (x, y, dy) = (context.Input(0), context.Output(0), context.OutputGradient);
        var axes = Axes.ToArray();
        var centred = context.Sub(x, context.ReduceMean(x, axes, true));
        var deviation = context.Sqrt(context.ReduceMean(context.Square(centred), axes, true));
        var along = context.Mul(centred, context.Div(context.ReduceMean(context.Mul(dy, y), axes, true), deviation));
        var across = context.Sub(dy, context.ReduceMean(dy, axes, true));
        context.Give(0, context.Div(context.Sub(across, along), context.Affine(deviation, 1, Epsilon)));
    }
}
