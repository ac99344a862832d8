using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Normalisations;

/// <summary>
/// (x - mean) / sqrt(variance + epsilon) * scale + bias over groups of channels of each example of x [N, C, ...] (Wu and He 2018). Scale and
/// bias (inputs 1, 2) are [C], or [groups] as in opset 18 to 20. With one group per channel it is ONNX' InstanceNormalization. Outputs: y,
/// and two of our own for the gradient: float32 mean and 1 / sqrt(variance + epsilon), [N, groups], not differentiated through.
/// </summary>
/// <param name="Groups">Number of groups, a divisor of C; 0: one per channel.</param>
/// <param name="Epsilon">Added to the variance.</param>
public sealed record GroupNormalizationOperator(int Groups, float Epsilon = 1e-5f) : Operator
{
    /// <inheritdoc/>
    public override string Name => Groups == 0 ? "InstanceNormalization" : "GroupNormalization";

    /// <inheritdoc/>
    public override int OutputCount => 3;

    /// <inheritdoc/>
    public override int OnnxOutputCount => 1;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Groups == 0
        ? OperatorAttributes.Empty.With("epsilon", Epsilon)
        : OperatorAttributes.Empty.With("epsilon", Epsilon).With("num_groups", Groups);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(3).RequireSameElementType(0, 1, 2);
        var shape = inputs.RequireRank(0, 2, Shape.MaxRank);
        var groups = Groups == 0 ? shape[1] : Groups;
        if (groups < 0 || (groups == 0 && Groups != 0) || (shape[1] > 0 && shape[1] % groups != 0))
        {
            throw new ShapeMismatchException($"{Name}: {groups} groups do not divide the {shape[1]} channels of {shape}.");
        }

        for (var i = 1; i < 3; i++)
        {
            NormalisationShapes.RequireVector(inputs, i, inputs[i].Shape is { Rank: 1 } vector && vector[0] == groups ? groups : shape[1], Name);
        }

        var statistics = new TensorType(ElementType.Float32, new Shape(shape[0], groups));
        NormalisationShapes.RequireElements(inputs, statistics, Name);
        return [inputs[0], statistics, statistics];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        NormalisationShapes.RefuseStatistics(context, this);
        var gradients = context.Apply(
            new GroupNormalizationGradientOperator(Groups), context.Input(0), context.Input(1), context.Output(1), context.Output(2), context.OutputGradient);
        for (var i = 0; i < 3; i++)
        {
            context.Give(i, gradients[i]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(8L * outputs[0].Shape.Elements, Traffic(inputs, outputs));
}
