using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Linear;

/// <summary>
/// Matrix product of 8-bit integers in int32, (A - a) (B - b). The zero points a and b are optional inputs 2 and 3: one number, or one per
/// row of A or column of B.
/// </summary>
public sealed record MatMulIntegerOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "MatMulInteger";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2, 4);
        RequireBytes(inputs, 0, Name);
        RequireBytes(inputs, 1, Name);
        var product = MatrixProduct.Of(inputs[0].Shape, inputs[1].Shape, false, false, Name);
        inputs.RequireElementType(2, inputs[0].ElementType).RequireElementType(3, inputs[1].ElementType);
        RequireScale(inputs, 2, product.Rows, Name);
        RequireScale(inputs, 3, product.Columns, Name);
        return [new TensorType(ElementType.Int32, product.Result)];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(MatrixProduct.Of(inputs[0]!.Shape, inputs[1]!.Shape, false, false, Name).Flops, Traffic(inputs, outputs));

    internal static void RequireBytes(OperatorInputs inputs, int index, string user)
    {
        if (inputs[index].ElementType is not (ElementType.UInt8 or ElementType.Int8))
        {
            throw new ShapeMismatchException($"{user}: input {index} is {inputs[index]}; it must be UInt8 or Int8.");
        }
    }

    internal static void RequireScale(OperatorInputs inputs, int index, int count, string user)
    {
        if (inputs.Has(index) && inputs[index].Shape.Elements != 1 && inputs[index].Shape.Elements != count)
        {
            throw new ShapeMismatchException($"{user}: input {index} has shape {inputs[index].Shape}; it must have 1 or {count} elements.");
        }
    }
}
