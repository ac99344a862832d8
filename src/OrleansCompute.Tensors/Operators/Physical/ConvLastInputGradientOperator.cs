using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>Gradient of the input of a convolution with channels last, from (dy, w).</summary>
/// <param name="Options">Those of the convolution.</param>
/// <param name="Image">Static shape of the convolution's input, channels first.</param>
public sealed record ConvLastInputGradientOperator(ConvolutionAttributes Options, Shape Image) : Operator
{
    /// <inheritdoc/>
    public override string Name => "ConvLastInputGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Options.ToAttributes();

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(2).RequireSameElementType(0, 1);
        return ChannelsLast.FromFirst(Options.For(Name, Image, inputs[1].Shape).MapShape).Equals(inputs[0].Shape)
            ? [inputs[0] with { Shape = ChannelsLast.FromFirst(Image) }]
            : throw new ShapeMismatchException($"{Name}: the gradient is {inputs[0].Shape}, which is not the result for an image {Image} with weights {inputs[1].Shape}.");
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return new(Options.For(Name, Image, inputs[1]!.Shape).Flops, Traffic(inputs, outputs));
    }
}
