namespace ILGPU.AtomicOperations;

/// <summary>Compares and exchanges a float.</summary>
public readonly struct CompareExchangeFloat : ICompareExchangeOperation<float>
{
    /// <inheritdoc/>
    public float CompareExchange(ref float target, float compare, float value) => Atomic.CompareExchange(ref target, compare, value);

    /// <inheritdoc/>
    public bool IsSame(float left, float right) => BitConverter.SingleToInt32Bits(left) == BitConverter.SingleToInt32Bits(right);
}
