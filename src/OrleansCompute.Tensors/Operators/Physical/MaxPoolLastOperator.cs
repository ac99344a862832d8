using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>
/// Max-pooling of images with channels last, x [N, …, C]. The second output (int32) is the position of each maximum within its plane,
/// rows first; of equals the first.
/// </summary>
/// <param name="Options">The window.</param>
public sealed record MaxPoolLastOperator(PoolAttributes Options) : Operator
{
    /// <inheritdoc/>
    public override string Name => "MaxPoolLast";

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
        inputs.RequireCount(1);
        var shape = ChannelsLast.FromFirst(Options.Output(Name, ChannelsLast.ToFirst(inputs.RequireRank(0, 3, Shape.MaxRank))));
        return [inputs[0] with { Shape = shape }, new TensorType(ElementType.Int32, shape)];
    }
}
