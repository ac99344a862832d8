namespace ILGPU.AtomicOperations;

/// <summary>Compares and exchanges a int.</summary>
public readonly struct CompareExchangeInt32 : ICompareExchangeOperation<int>
{
    /// <inheritdoc/>
    public int CompareExchange(ref int target, int compare, int value) => Atomic.CompareExchange(ref target, compare, value);

    /// <inheritdoc/>
    public bool IsSame(int left, int right) => left == right;
}
