namespace ILGPU.AtomicOperations;

/// <summary>Compares and exchanges a uint.</summary>
public readonly struct CompareExchangeUInt32 : ICompareExchangeOperation<uint>
{
    /// <inheritdoc/>
    public uint CompareExchange(ref uint target, uint compare, uint value) => Atomic.CompareExchange(ref target, compare, value);

    /// <inheritdoc/>
    public bool IsSame(uint left, uint right) => left == right;
}
