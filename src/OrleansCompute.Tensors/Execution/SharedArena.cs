using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Execution;

/// <summary>
/// One block of memory that several compiled graphs use, one at a time: plans for different batch sizes. It grows when a larger one
/// comes; compile the largest first. Not thread-safe.
/// </summary>
public sealed class SharedArena : IDisposable
{
    private readonly ITensorAllocator _memory;
    private Tensor? _block;

    /// <summary>Creates an empty block.</summary>
    /// <param name="memory">Gives the memory.</param>
    public SharedArena(ITensorAllocator memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        _memory = memory;
    }

    /// <summary>Size of the block.</summary>
    public long Bytes => _block?.Storage.Bytes ?? 0;

    /// <summary>The block, at least as large as asked for.</summary>
    /// <exception cref="MemoryBudgetException">The budget does not allow it; the block stays as it was.</exception>
    internal TensorStorage Ensure(long bytes)
    {
        if (_block is null || Bytes < bytes)
        {
            var larger = ByteBlock.Allocate(_memory, bytes);
            _block?.Dispose();
            _block = larger;
        }

        return _block.Storage;
    }

    /// <summary>Drops the block; it is freed when no compiled graph uses it.</summary>
    public void Dispose() => _block?.Dispose();
}
