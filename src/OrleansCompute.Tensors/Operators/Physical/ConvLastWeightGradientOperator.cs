using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>Gradients of the weights and the bias of a convolution with channels last, from (x, dy).</summary>
/// <param name="Options">Those of the convolution.</param>
/// <param name="Weights">Static shape of the weights.</param>
public sealed record ConvLastWeightGradientOperator(ConvolutionAttributes Options, Shape Weights) : Operator
{
    /// <inheritdoc/>
    public override string Name => "ConvLastWeightGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override int OutputCount => 2;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Options.ToAttributes();

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(2).RequireSameElementType(0, 1);
        var geometry = Options.For(Name, ChannelsLast.ToFirst(inputs.RequireRank(0, 3, Shape.MaxRank)), Weights);
        return ChannelsLast.FromFirst(geometry.MapShape).Equals(inputs[1].Shape)
            ? [inputs[0] with { Shape = Weights }, inputs[0] with { Shape = new Shape(Weights[0]) }]
            : throw new ShapeMismatchException($"{Name}: the gradient is {inputs[1].Shape}, which is not the result for {inputs[0].Shape} with weights {Weights}.");
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return new(Options.For(Name, ChannelsLast.ToFirst(inputs[0]!.Shape), Weights).Flops, Traffic(inputs, outputs));
    }
}
