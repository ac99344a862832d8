namespace ILGPU.AtomicOperations;

/// <summary>Compares and exchanges a double.</summary>
public readonly struct CompareExchangeDouble : ICompareExchangeOperation<double>
{
    /// <inheritdoc/>
    public double CompareExchange(ref double target, double compare, double value) => Atomic.CompareExchange(ref target, compare, value);

    /// <inheritdoc/>
    public bool IsSame(double left, double right) => BitConverter.DoubleToInt64Bits(left) == BitConverter.DoubleToInt64Bits(right);
}
