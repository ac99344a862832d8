using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>Average-pooling of images with channels last, x [N, …, C].</summary>
/// <param name="Options">The window.</param>
/// <param name="CountsPadding">Whether padding counts as elements of value 0.</param>
public sealed record AveragePoolLastOperator(PoolAttributes Options, bool CountsPadding = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => "AveragePoolLast";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => CountsPadding ? Options.ToAttributes().With("count_include_pad", true) : Options.ToAttributes();

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(1);
        return [inputs[0] with { Shape = ChannelsLast.FromFirst(Options.Output(Name, ChannelsLast.ToFirst(inputs.RequireRank(0, 3, Shape.MaxRank)))) }];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        return new((long)outputs[0].Shape.Elements * Options.For(Name, ChannelsLast.ToFirst(inputs[0]!.Shape)).KernelSize, Traffic(inputs, outputs));
    }
}
