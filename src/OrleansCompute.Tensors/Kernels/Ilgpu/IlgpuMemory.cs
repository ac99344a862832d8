using ILGPU;
using ILGPU.Runtime;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>
/// Memory of an ILGPU device: blocks pooled by size, because a driver's allocation waits for the device, within a budget. Thread-safe.
/// </summary>
internal sealed class IlgpuMemory : ITensorAllocator, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Accelerator _device;
    private readonly Dictionary<long, Stack<MemoryBuffer1D<byte, Stride1D.Dense>>> _pool = [];

    // Keeps buffers from finalisation while only a forgotten tensor knows them.
    private readonly HashSet<MemoryBuffer1D<byte, Stride1D.Dense>> _used = [];
    private bool _disposed;

    public IlgpuMemory(Accelerator device, string place, long budgetBytes)
    {
        _device = device;
        Place = place;
        BudgetBytes = budgetBytes;
    }

    public string Place { get; }

    public long BudgetBytes { get; }

    public long UsedBytes { get; private set; }

    public long PeakBytes { get; private set; }

    public long PooledBytes { get; private set; }

    public TensorStorage Allocate(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        var size = HostMemory.BlockSize(bytes);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(IlgpuMemory));
            if (size > BudgetBytes - UsedBytes)
            {
                throw new MemoryBudgetException(
                    $"A tensor of {bytes} bytes does not fit on {Place}: {UsedBytes} bytes of {BudgetBytes} are in use. Use a smaller batch, or raise the budget.");
            }

            MemoryBuffer1D<byte, Stride1D.Dense> buffer;
            if (_pool.TryGetValue(size, out var blocks) && blocks.TryPop(out var pooled))
            {
                buffer = pooled;
                PooledBytes -= size;
            }
            else
            {
                if (PooledBytes > BudgetBytes - UsedBytes - size)
                {
                    Trim();
                }

                buffer = _device.Allocate1D<byte>(size);
            }

            _used.Add(buffer);
            UsedBytes += size;
            PeakBytes = Math.Max(PeakBytes, UsedBytes);
            return new IlgpuStorage(this, buffer, bytes);
        }
    }

    public void Return(MemoryBuffer1D<byte, Stride1D.Dense> buffer)
    {
        lock (_gate)
        {
            _used.Remove(buffer);
            if (_disposed)
            {
                return;
            }

            var size = buffer.Length;
            UsedBytes -= size;
            PooledBytes += size;
            if (!_pool.TryGetValue(size, out var blocks))
            {
                _pool[size] = blocks = new Stack<MemoryBuffer1D<byte, Stride1D.Dense>>();
            }

            blocks.Push(buffer);
        }
    }

    /// <summary>After it nothing can be allocated; the device frees all blocks with itself.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                Trim();
                _disposed = true;
                UsedBytes = 0;
            }
        }
    }

    private void Trim()
    {
        foreach (var block in _pool.Values.SelectMany(blocks => blocks))
        {
            block.Dispose();
        }

        _pool.Clear();
        PooledBytes = 0;
    }
}
