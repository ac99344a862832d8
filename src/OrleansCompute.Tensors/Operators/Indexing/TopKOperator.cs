using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>The k largest or smallest elements along a dimension, and their places (int64): (x, k). Of equal elements the first counts.</summary>
/// <param name="Axis">-Rank to Rank - 1.</param>
/// <param name="Largest">Whether the largest, else the smallest.</param>
/// <param name="Sorted">Whether they must be in order; they always are.</param>
/// <param name="K">As opsets before 10 have it; null: from the second input.</param>
public sealed record TopKOperator(int Axis = -1, bool Largest = true, bool Sorted = true, int? K = null) : Operator
{
    /// <inheritdoc/>
    public override string Name => "TopK";

    /// <inheritdoc/>
    public override int OutputCount => 2;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis).With("largest", Largest).With("sorted", Sorted);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<int, Tensor> AttributeInputs => K is { } k ? AttributeTensors.Of((1, [k])) : base.AttributeInputs;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(K is null ? 2 : 1)[0].Shape;
        var axis = shape.Axis(Axis, Name);
        if (K is null && inputs[1].Shape.Elements != 1)
        {
            throw new ShapeMismatchException($"{Name}: k is {inputs[1]}; it must have one element.");
        }

        long k = K ?? inputs.Numbers(1)?[0] ?? Shape.Any;
        if (k > shape[axis] || (k < 0 && (K is not null || inputs.Constant(1) is not null)))
        {
            throw new ShapeMismatchException($"{Name}: k is {k}; allowed for dimension {axis} of {shape}: 0 to {shape[axis]}.");
        }

        var type = inputs[0] with { Shape = shape.With(axis, (int)k) };
        return [type, type with { ElementType = ElementType.Int64 }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (context.Needs(0))
        {
            var zeros = context.Apply(new ZerosLikeOperator(), context.Input(0))[0];
            context.Give(0, context.Apply(new ScatterElementsOperator(Axis), zeros, context.Output(1), context.OutputGradient)[0]);
        }
    }
}
