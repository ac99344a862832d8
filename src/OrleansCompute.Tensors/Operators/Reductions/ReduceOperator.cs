using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Reductions;

/// <summary>
/// Reduces dimensions. The axes are an attribute, or the optional int64 input 1; neither, or an empty list, means all of them (or none,
/// with <paramref name="IsNoopWithoutAxes"/>: then each element is a group of its own).
/// </summary>
/// <param name="Reduction">How.</param>
/// <param name="Axes">Dimensions; negative count from the end.</param>
/// <param name="KeepsDimensions">Whether a reduced dimension stays, with size 1.</param>
/// <param name="IsNoopWithoutAxes">Whether no axes means none, not all.</param>
public sealed record ReduceOperator(
    Reduction Reduction, IntList? Axes = null, bool KeepsDimensions = true, bool IsNoopWithoutAxes = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => $"Reduce{Reduction}";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => ReducedAxes.Attributes(Reduction == Reduction.Sum ? null : Axes, KeepsDimensions, IsNoopWithoutAxes);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<int, Tensor> AttributeInputs =>
        Reduction == Reduction.Sum ? AttributeTensors.Of((1, Axes)) : base.AttributeInputs;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var type = inputs.RequireCount(1, 2)[0];
        if (type.ElementType == ElementType.Bool && Reduction is not (Reduction.Max or Reduction.Min))
        {
            throw new ShapeMismatchException($"{Name}: the input is {type}; its elements must be numbers: put a Cast before it.");
        }

        var result = type with { Shape = ReducedAxes.Infer(inputs, 1, Axes, KeepsDimensions, IsNoopWithoutAxes, Name) };
        return [Reduction != Reduction.Mean || !type.ElementType.IsInteger() || type.Shape.Elements > 0
            ? result
            : throw new ShapeMismatchException($"{Name}: the input is {type}; there is no mean of no whole numbers.")];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        var (x, y, dy) = (context.Input(0), context.Output(0), context.OutputGradient);
        context.Give(0, Reduction switch
        {
            Reduction.Sum => Expand(context, dy),
            Reduction.Mean => Expand(context, dy, isMean: true),
            Reduction.L1 => context.Mul(Expand(context, dy), context.Sign(x)),
            Reduction.L2 => context.Mul(Expand(context, context.Div(dy, y)), x),
            Reduction.LogSum => Expand(context, context.Div(dy, context.Exp(y))),
            Reduction.LogSumExp => context.Mul(Expand(context, dy), context.Exp(context.Sub(x, Expand(context, y)))),
            Reduction.SumSquare => context.Mul(Expand(context, context.Affine(dy, 2)), x),
            _ => context.Apply(
                new ReduceGradientOperator(Reduction, Axes, KeepsDimensions, IsNoopWithoutAxes), x, y, dy, context.OptionalInput(1))[0],
        });
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(inputs[0]!.Shape.Elements * (Reduction is Reduction.Sum or Reduction.Mean or Reduction.Max or Reduction.Min or Reduction.Prod ? 1L : 2L), Traffic(inputs, outputs));

    private GraphValue Expand(GradientContext context, GraphValue value, bool isMean = false) => context.Apply(
        new ReduceExpandOperator(Axes, KeepsDimensions, IsNoopWithoutAxes, isMean), value, context.Input(0), context.OptionalInput(1))[0];
}
