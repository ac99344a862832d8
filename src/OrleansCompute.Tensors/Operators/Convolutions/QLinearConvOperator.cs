using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Convolutions;

/// <summary>
/// Convolution of 8-bit integers with scales: (x, x scale, x zero point, w, w scale, w zero point, y scale, y zero point, optional bias
/// int32). Scale and zero point of w are scalars or one per output channel; y = saturate(round((sum + bias) xs ws / ys) + y zero point),
/// ties to even.
/// </summary>
/// <param name="Options">Strides, pads, dilations, groups.</param>
public sealed record QLinearConvOperator(ConvolutionAttributes Options) : Operator
{
    /// <inheritdoc/>
    public override string Name => "QLinearConv";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Options.ToAttributes();

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(8, 9);
        RequireBytes(Name, inputs, 0);
        RequireBytes(Name, inputs, 3);
        RequireBytes(Name, inputs, 7);
        inputs.RequireElementType(1, ElementType.Float32).RequireElementType(2, inputs[0].ElementType).RequireElementType(4, ElementType.Float32)
            .RequireElementType(5, inputs[3].ElementType).RequireElementType(6, ElementType.Float32).RequireElementType(8, ElementType.Int32);
        var geometry = Options.For(Name, inputs[0].Shape, inputs[3].Shape);
        for (var i = 1; i < 8; i++)
        {
            var most = i is 4 or 5 ? geometry.MapChannels : 1;
            if (i != 3 && inputs[i].Shape.Elements != 1 && inputs[i].Shape.Elements != most)
            {
                throw new ShapeMismatchException($"{Name}: input {i} is {inputs[i]}; it must have {(most > 1 ? $"1 or {most} elements" : "1 element")}.");
            }
        }

        if (inputs.Has(8) && !inputs[8].Shape.Equals(new Shape(geometry.MapChannels)))
        {
            throw new ShapeMismatchException($"{Name}: the bias is {inputs[8]}; it must be [{geometry.MapChannels}].");
        }

        return [new TensorType(inputs[7].ElementType, geometry.MapShape)];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(Options.For(Name, inputs[0]!.Shape, inputs[3]!.Shape).Flops, Traffic(inputs, outputs));

    internal static void RequireBytes(string name, OperatorInputs inputs, int index)
    {
        if (inputs[index].ElementType is not (ElementType.Int8 or ElementType.UInt8))
        {
            throw new ShapeMismatchException($"{name}: input {index} is {inputs[index]}; it must be Int8 or UInt8.");
        }
    }
}
