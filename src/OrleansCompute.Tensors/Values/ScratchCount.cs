using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Values;

/// <summary>
/// Counts the managed arrays that a kernel works with against the memory budget, from before they are taken until the kernel
/// has ended: for a reference kernel 8 bytes per element of a real tensor, 16 of others. Not thread-safe.
/// </summary>
internal sealed class ScratchCount(HostMemory memory, bool movesOnly, string operatorName) : IDisposable
{
    private long _bytes;

    /// <summary>Counts an array as long as a tensor; null: none.</summary>
    /// <exception cref="MemoryBudgetException">The budget does not allow it; the message names operator and budget.</exception>
    public void Count(TensorType? type)
    {
        if (movesOnly || type is null)
        {
            return;
        }

        var bytes = (long)type.Shape.Elements * (type.ElementType.IsFloatingPoint() ? sizeof(double) : 16);
        memory.Count(bytes, $"{operatorName}, which has no fast kernel here,");
        _bytes += bytes;
    }

    /// <summary>Counts managed memory of another kernel.</summary>
    /// <exception cref="MemoryBudgetException">The budget does not allow it; the message names the purpose and the budget.</exception>
    public void Count(long bytes, string purpose)
    {
        memory.Count(bytes, purpose);
        _bytes += bytes;
    }

    public void Dispose() => memory.Uncount(_bytes);
}
