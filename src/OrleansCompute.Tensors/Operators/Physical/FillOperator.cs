using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>A tensor of equal elements: what ZerosLike and OnesLike become when the size is known.</summary>
/// <param name="Type">A static type.</param>
/// <param name="Value">Each element.</param>
public sealed record FillOperator(TensorType Type, double Value) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Fill";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("value", (float)Value).With("shape", Type.Shape.ToArray());

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(0);
        return [Type];
    }
}
