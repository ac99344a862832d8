using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>
/// A chain of element-wise operators in one pass over memory: float32 inputs, broadcast to their common shape.
/// </summary>
/// <param name="Program">The chain.</param>
public sealed record FusedElementwiseOperator(ElementProgram Program) : Operator
{
    /// <inheritdoc/>
    public override string Name => "FusedElementwise";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("program", Program.ToString());

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(Program.InputCount);
        var shape = inputs[0].Shape;
        for (var i = 0; i < inputs.Count; i++)
        {
            if (inputs[i].ElementType != ElementType.Float32)
            {
                throw new ShapeMismatchException($"{Name}: input {i} is {inputs[i]}; it must be Float32.");
            }

            shape = Broadcasting.Common(shape, inputs[i].Shape, Name);
        }

        return [new TensorType(ElementType.Float32, shape)];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return new OperatorCost((long)outputs[0].Shape.Elements * Program.Steps.Length, Traffic(inputs, outputs));
    }
}
