using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary><see cref="ConvIntegerOperator"/> on images with channels last, x [N, …, C] to int32 [N, …, M]; its inputs are the same.</summary>
/// <param name="Options">Strides, pads, dilations, groups.</param>
public sealed record ConvIntegerLastOperator(ConvolutionAttributes Options) : Operator
{
    /// <inheritdoc/>
    public override string Name => "ConvIntegerLast";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Options.ToAttributes();

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(2, 4);
        QLinearConvOperator.RequireBytes(Name, inputs, 0);
        QLinearConvOperator.RequireBytes(Name, inputs, 1);
        return [new TensorType(ElementType.Int32, ChannelsLast.FromFirst(Geometry(inputs.RequireRank(0, 3, Shape.MaxRank), inputs[1].Shape).MapShape))];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return new(Geometry(inputs[0]!.Shape, inputs[1]!.Shape).Flops, Traffic(inputs, outputs));
    }

    internal ConvolutionGeometry Geometry(Shape image, Shape weights) => Options.For(Name, ChannelsLast.ToFirst(image), weights);
}
