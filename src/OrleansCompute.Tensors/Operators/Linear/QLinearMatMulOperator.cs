using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Linear;

/// <summary>
/// Matrix product of quantised matrices, quantised again. Inputs: A, its scale, its zero point, B, its scale, its zero point, scale and
/// zero point of the result. Scales and zero points are one number, or one per row (A, result) or column (B). Result: round half to even of
/// (A - a) (B - b) scaleA scaleB / scaleY, plus the zero point, saturated.
/// </summary>
public sealed record QLinearMatMulOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "QLinearMatMul";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(8);
        MatMulIntegerOperator.RequireBytes(inputs, 0, Name);
        MatMulIntegerOperator.RequireBytes(inputs, 3, Name);
        MatMulIntegerOperator.RequireBytes(inputs, 7, Name);
        inputs.RequireElementType(1, ElementType.Float32).RequireElementType(2, inputs[0].ElementType).RequireElementType(4, ElementType.Float32)
            .RequireElementType(5, inputs[3].ElementType).RequireElementType(6, ElementType.Float32);
        for (var i = 0; i < 8; i++)
        {
            _ = inputs[i];
        }

        var product = MatrixProduct.Of(inputs[0].Shape, inputs[3].Shape, false, false, Name);
        foreach (var (input, count) in new[] { (1, product.Rows), (2, product.Rows), (4, product.Columns), (5, product.Columns), (6, product.Rows), (7, product.Rows) })
        {
            MatMulIntegerOperator.RequireScale(inputs, input, count, Name);
        }

        return [new TensorType(inputs[7].ElementType, product.Result)];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(MatrixProduct.Of(inputs[0]!.Shape, inputs[3]!.Shape, false, false, Name).Flops, Traffic(inputs, outputs));
}
