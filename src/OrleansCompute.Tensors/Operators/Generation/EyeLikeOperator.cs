using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Generation;

/// <summary>Ones on a diagonal, zeros elsewhere, in the shape of the matrix; only its shape is used.</summary>
/// <param name="Output">Element type; Undefined: that of the input.</param>
/// <param name="Diagonal">0 is the main diagonal, positive numbers are above it.</param>
public sealed record EyeLikeOperator(ElementType Output = ElementType.Undefined, int Diagonal = 0) : Operator
{
    /// <inheritdoc/>
    public override string Name => "EyeLike";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty
        .With("k", Diagonal).With("dtype", Output == ElementType.Undefined ? null : (int)Output);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(1).RequireRank(0, 2);
        return [new TensorType(Output == ElementType.Undefined ? inputs[0].ElementType : Output, shape)];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) => new(0, outputs[0].Bytes);
}
