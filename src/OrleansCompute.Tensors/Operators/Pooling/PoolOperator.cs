using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Pooling;

/// <summary>An operator that makes one number of the elements under a window, channel by channel.</summary>
/// <param name="Options">The window.</param>
public abstract record PoolOperator(PoolAttributes Options) : Operator
{
    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Options.ToAttributes();

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs) =>
        [inputs.RequireCount(1)[0] with { Shape = Options.Output(Name, inputs[0].Shape) }];

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new((long)outputs[0].Shape.Elements * Options.For(Name, inputs[0]!.Shape).KernelSize, Traffic(inputs, outputs));
}
