namespace ILGPU.AtomicOperations;

/// <summary>What <see cref="Atomic.MakeAtomic"/> makes atomic.</summary>
public interface IAtomicOperation<T>
    where T : unmanaged
{
    /// <summary>The new value.</summary>
    T Operation(T current, T value);
}
