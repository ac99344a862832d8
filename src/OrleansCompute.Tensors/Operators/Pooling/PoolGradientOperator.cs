using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Pooling;

/// <summary>Gradient of a pooling's input from (dy, x).</summary>
/// <param name="Options">The window.</param>
public abstract record PoolGradientOperator(PoolAttributes Options) : Operator
{
    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Options.ToAttributes();

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2).RequireSameElementType(0, 1);
        var output = Options.Output(Name, inputs[1].Shape);
        return output.Equals(inputs[0].Shape)
            ? [inputs[1]]
            : throw new ShapeMismatchException($"{Name}: the gradient is {inputs[0].Shape}, the pooling's output {output}.");
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new((long)inputs[0]!.Shape.Elements * Options.For(Name, inputs[1]!.Shape).KernelSize, Traffic(inputs, outputs));
}
