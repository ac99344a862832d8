namespace OrleansCompute.Tensors.Operators;

/// <summary>Work of one operator. Immutable.</summary>
/// <param name="Flops">Arithmetic operations; a multiply-add counts as two.</param>
/// <param name="Bytes">Bytes read and written when nothing is cached.</param>
public readonly record struct OperatorCost(long Flops, long Bytes)
{
    /// <summary>Sums both parts.</summary>
    public static OperatorCost operator +(OperatorCost left, OperatorCost right) => Add(left, right);

    /// <summary>Sums both parts.</summary>
    public static OperatorCost Add(OperatorCost left, OperatorCost right) => new(left.Flops + right.Flops, left.Bytes + right.Bytes);
}
