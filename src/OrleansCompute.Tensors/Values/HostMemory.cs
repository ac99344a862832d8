using System.Runtime.InteropServices;

namespace OrleansCompute.Tensors.Values;

/// <summary>
/// Host memory for tensors: aligned blocks, pooled by size so that a loop of equal steps allocates nothing, within a budget.
/// Thread-safe. Disposing frees the pooled blocks; blocks in use are freed when they come back.
/// </summary>
public sealed unsafe class HostMemory : ITensorAllocator, IDisposable
{
    private const int Alignment = 64;
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Stack<nint>> _pool = [];
    private bool _disposed;

    /// <summary>Creates an empty pool.</summary>
    /// <param name="budgetBytes">Most bytes in use at the same time, 1 or more; default: no limit but the machine's.</param>
    public HostMemory(long budgetBytes = long.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(budgetBytes, 1);
        BudgetBytes = budgetBytes;
    }

    /// <summary>Most bytes in use at the same time.</summary>
    public long BudgetBytes { get; }

    /// <summary>Bytes that tensors hold now, rounded up to whole blocks.</summary>
    public long UsedBytes { get; private set; }

    /// <summary>Largest <see cref="UsedBytes"/> so far.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Bytes kept for reuse.</summary>
    public long PooledBytes { get; private set; }

    /// <inheritdoc/>
    public TensorStorage Allocate(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        var size = BlockSize(bytes);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (size > BudgetBytes - UsedBytes)
            {
                throw new MemoryBudgetException(
                    $"A tensor of {bytes} bytes does not fit: {UsedBytes} bytes of {BudgetBytes} are in use. Use a smaller batch, or raise the budget.");
            }

            byte* pointer;
            if (_pool.TryGetValue(size, out var blocks) && blocks.TryPop(out var block))
            {
                pointer = (byte*)block;
                PooledBytes -= size;
            }
            else
            {
                pointer = (byte*)NativeMemory.AlignedAlloc((nuint)size, Alignment);
            }

            UsedBytes += size;
            PeakBytes = Math.Max(PeakBytes, UsedBytes);
            return new HostStorage(this, pointer, bytes);
        }
    }

    /// <summary>Counts managed memory of a kernel, before it is taken.</summary>
    /// <exception cref="MemoryBudgetException">The budget does not allow it; nothing was counted.</exception>
    internal void Count(long bytes, string purpose)
    {
        lock (_gate)
        {
            if (bytes > BudgetBytes - UsedBytes)
            {
                throw new MemoryBudgetException(
                    $"{purpose} takes {bytes} bytes to work with, which do not fit: {UsedBytes} bytes of {BudgetBytes} are in use. Use smaller tensors, or raise the budget.");
            }

            UsedBytes += bytes;
            PeakBytes = Math.Max(PeakBytes, UsedBytes);
        }
    }

    /// <summary>Ends what <see cref="Count"/> began.</summary>
    internal void Uncount(long bytes)
    {
        lock (_gate)
        {
            UsedBytes -= bytes;
        }
    }

    /// <summary>Frees the blocks kept for reuse.</summary>
    public void Trim()
    {
        lock (_gate)
        {
            foreach (var block in _pool.Values.SelectMany(blocks => blocks))
            {
                NativeMemory.AlignedFree((void*)block);
            }

            _pool.Clear();
            PooledBytes = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            Trim();
        }
    }

    internal void Return(byte* pointer, long bytes)
    {
        var size = BlockSize(bytes);
        lock (_gate)
        {
            UsedBytes -= size;
            if (_disposed)
            {
                NativeMemory.AlignedFree(pointer);
                return;
            }

            if (!_pool.TryGetValue(size, out var blocks))
            {
                _pool[size] = blocks = new Stack<nint>();
            }

            blocks.Push((nint)pointer);
            PooledBytes += size;
        }
    }

    /// <summary>Eight sizes per power of two: at most an eighth is wasted, and blocks of nearly equal size serve each other.</summary>
    internal static long BlockSize(long bytes)
    {
        if (bytes <= 8 * Alignment)
        {
            return Math.Max((bytes + Alignment - 1) / Alignment * Alignment, Alignment);
        }

        var step = Math.Max(1L << (62 - (int)long.LeadingZeroCount(bytes) - 2), Alignment);
        return checked(bytes + step - 1) / step * step;
    }
}
