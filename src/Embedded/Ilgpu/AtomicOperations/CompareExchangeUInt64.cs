namespace ILGPU.AtomicOperations;

/// <summary>Compares and exchanges a ulong.</summary>
public readonly struct CompareExchangeUInt64 : ICompareExchangeOperation<ulong>
{
    /// <inheritdoc/>
    public ulong CompareExchange(ref ulong target, ulong compare, ulong value) => Atomic.CompareExchange(ref target, compare, value);

    /// <inheritdoc/>
    public bool IsSame(ulong left, ulong right) => left == right;
}
