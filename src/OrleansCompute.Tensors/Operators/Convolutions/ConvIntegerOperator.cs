using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Convolutions;

/// <summary>
/// Convolution of 8-bit integers, sums in int32: x, w, and optional zero points of x (scalar) and w (scalar or one per output channel)
/// that are subtracted first; padding is the zero point.
/// </summary>
/// <param name="Options">Strides, pads, dilations, groups.</param>
public sealed record ConvIntegerOperator(ConvolutionAttributes Options) : Operator
{
    /// <inheritdoc/>
    public override string Name => "ConvInteger";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Options.ToAttributes();

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2, 4);
        QLinearConvOperator.RequireBytes(Name, inputs, 0);
        QLinearConvOperator.RequireBytes(Name, inputs, 1);
        inputs.RequireElementType(2, inputs[0].ElementType).RequireElementType(3, inputs[1].ElementType);
        var geometry = Options.For(Name, inputs[0].Shape, inputs[1].Shape);
        MatMulIntegerOperator.RequireScale(inputs, 2, 1, Name);
        MatMulIntegerOperator.RequireScale(inputs, 3, geometry.MapChannels, Name);
        return [new TensorType(ElementType.Int32, geometry.MapShape)];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(Options.For(Name, inputs[0]!.Shape, inputs[1]!.Shape).Flops, Traffic(inputs, outputs));
}
