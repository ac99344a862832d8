using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>
/// <see cref="QLinearConvOperator"/> on images with channels last, x [N, …, C] to [N, …, M]; its inputs are the same nine.
/// </summary>
/// <param name="Options">Strides, pads, dilations, groups.</param>
public sealed record QLinearConvLastOperator(ConvolutionAttributes Options) : Operator
{
    /// <inheritdoc/>
    public override string Name => "QLinearConvLast";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Options.ToAttributes();

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(8, 9);
        QLinearConvOperator.RequireBytes(Name, inputs, 0);
        QLinearConvOperator.RequireBytes(Name, inputs, 3);
        QLinearConvOperator.RequireBytes(Name, inputs, 7);
        var geometry = Geometry(inputs.RequireRank(0, 3, Shape.MaxRank), inputs[3].Shape);
        return [new TensorType(inputs[7].ElementType, ChannelsLast.FromFirst(geometry.MapShape))];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return new(Geometry(inputs[0]!.Shape, inputs[3]!.Shape).Flops, Traffic(inputs, outputs));
    }

    internal ConvolutionGeometry Geometry(Shape image, Shape weights) => Options.For(Name, ChannelsLast.ToFirst(image), weights);
}
