using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>Gradient of <see cref="MaxPoolLastOperator"/> from dy and the positions of the maxima.</summary>
/// <param name="Options">The window.</param>
/// <param name="Image">Static shape of the pooling's input, channels first.</param>
public sealed record MaxPoolLastGradientOperator(PoolAttributes Options, Shape Image) : Operator
{
    /// <inheritdoc/>
    public override string Name => "MaxPoolLastGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Options.ToAttributes();

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(2);
        var shape = ChannelsLast.FromFirst(Options.Output(Name, Image));
        return shape.Equals(inputs[0].Shape) && inputs[1] == new TensorType(ElementType.Int32, shape)
            ? [inputs[0] with { Shape = ChannelsLast.FromFirst(Image) }]
            : throw new ShapeMismatchException($"{Name}: gradient {inputs[0]} and positions {inputs[1]} do not belong to the pooling of {Image}, which gives {shape}.");
    }
}
