namespace ILGPU.AtomicOperations;

/// <summary>Compares and exchanges a long.</summary>
public readonly struct CompareExchangeInt64 : ICompareExchangeOperation<long>
{
    /// <inheritdoc/>
    public long CompareExchange(ref long target, long compare, long value) => Atomic.CompareExchange(ref target, compare, value);

    /// <inheritdoc/>
    public bool IsSame(long left, long right) => left == right;
}
