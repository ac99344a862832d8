using OrleansCompute.Tensors.Values;

namespace OrleansCompute.ToyChip;

/// <summary>Gives memory of the toy, within its budget. Thread-safe.</summary>
public sealed class ToyMemory(long budgetBytes) : ITensorAllocator
{
    private readonly Lock _gate = new();
    private bool _isClosed;

    public long UsedBytes { get; private set; }

    public long PeakBytes { get; private set; }

    public TensorStorage Allocate(long bytes)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (bytes > budgetBytes - UsedBytes)
            {
                throw new MemoryBudgetException($"A tensor of {bytes} bytes does not fit: {UsedBytes} of {budgetBytes} are in use on the toy.");
            }

            UsedBytes += bytes;
            PeakBytes = Math.Max(PeakBytes, UsedBytes);
            return new ToyStorage(this, bytes);
        }
    }

    public void Return(long bytes)
    {
        lock (_gate)
        {
            UsedBytes -= bytes;
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }
    }
}
