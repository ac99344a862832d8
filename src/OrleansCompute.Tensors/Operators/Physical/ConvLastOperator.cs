using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>
/// A convolution of images with channels last, x [N, …, C] to [N, …, M], followed by an activation; the weights [M, C / groups, …] and the
/// optional bias [M] are as ONNX has them. The layout in which a filter row times the channels is one run of memory.
/// </summary>
/// <param name="Options">Strides, pads, dilations, groups.</param>
/// <param name="Activation">Applied to the result.</param>
public sealed record ConvLastOperator(ConvolutionAttributes Options, FusedActivation Activation = FusedActivation.None) : Operator
{
    /// <inheritdoc/>
    public override string Name => "ConvLast";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Options.ToAttributes().With("activation", Activation.ToString());

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(2, 3).RequireSameElementType(0, 1);
        return [inputs[0] with { Shape = ChannelsLast.FromFirst(Geometry(inputs.RequireRank(0, 3, Shape.MaxRank), inputs[1].Shape).MapShape) }];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return new(Geometry(inputs[0]!.Shape, inputs[1]!.Shape).Flops, Traffic(inputs, outputs));
    }

    internal ConvolutionGeometry Geometry(Shape image, Shape weights) => Options.For("Conv", ChannelsLast.ToFirst(image), weights);
}
