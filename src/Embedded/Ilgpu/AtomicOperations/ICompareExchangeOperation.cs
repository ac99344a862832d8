namespace ILGPU.AtomicOperations;

/// <summary>How <see cref="Atomic.MakeAtomic"/> compares and exchanges.</summary>
public interface ICompareExchangeOperation<T>
    where T : unmanaged
{
    /// <summary>Puts a value if what is there equals <paramref name="compare"/>; returns what was there before.</summary>
    T CompareExchange(ref T target, T compare, T value);

    /// <summary>Whether the exchange took place.</summary>
    bool IsSame(T left, T right);
}
