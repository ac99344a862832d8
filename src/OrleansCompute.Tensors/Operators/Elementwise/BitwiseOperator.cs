using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>Bitwise functions and shifts of two integer inputs of one type, broadcast.</summary>
/// <param name="Function">The function.</param>
public sealed record BitwiseOperator(BitwiseFunction Function) : BinaryOperator
{
    /// <inheritdoc/>
    public override string Name => IsShift ? "BitShift" : Function.ToString();

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => IsShift
        ? OperatorAttributes.Empty.With("direction", Function == BitwiseFunction.ShiftLeft ? "LEFT" : "RIGHT")
        : OperatorAttributes.Empty;

    private bool IsShift => Function is BitwiseFunction.ShiftLeft or BitwiseFunction.ShiftRight;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var type = base.Infer(inputs)[0];
        var unsigned = type.ElementType is ElementType.UInt8 or ElementType.UInt16 or ElementType.UInt32 or ElementType.UInt64;
        return unsigned || (!IsShift && type.ElementType.IsInteger())
            ? [type]
            : throw new ShapeMismatchException($"{Name}: the inputs are {type.ElementType}; they must be {(IsShift ? "unsigned " : "")}integers: put a Cast before it.");
    }
}
