using System.Runtime.ExceptionServices;
using OrleansCompute.Training.Data;

namespace OrleansCompute.Training.Workers;

/// <summary>
/// The batches of one shard: while one is computed with, the next is loaded on the thread pool; at the end of a step the first of the
/// next step, if the coordinator told which samples it will have. A guess that turns out wrong (the shares changed, a worker was lost)
/// costs nothing but the loading. Two buffers, and nothing allocated per batch; not thread-safe.
/// </summary>
/// <param name="capacity">Most samples of a batch.</param>
/// <param name="sampleLength">Values per sample.</param>
/// <param name="load">Loads samples by their numbers.</param>
internal sealed class ShardBatches(int capacity, int sampleLength, Action<SampleBatch, ReadOnlyMemory<int>> load) : IThreadPoolWorkItem
{
    private readonly SampleBatch[] _buffers = [new(capacity, sampleLength), new(capacity, sampleLength)];
    private readonly int[] _indices = new int[capacity];
    private readonly object _gate = new();
    private int _current;
    private int _count;
    private bool _isAhead;
    private bool _isBegun;
    private bool _isDone;
    private ExceptionDispatchInfo? _failure;

    /// <summary>The batch with these samples: the one that was loaded ahead if it is the one, else it is loaded now.</summary>
    /// <exception cref="Exception">What loading has thrown.</exception>
    public SampleBatch Take(ReadOnlyMemory<int> indices)
    {
        if (!_isAhead)
        {
            load(_buffers[_current], indices);
            return _buffers[_current];
        }

        // When no thread of the pool has come yet, this one does the work instead of waiting for it.
        ((IThreadPoolWorkItem)this).Execute();
        lock (_gate)
        {
            while (!_isDone)
            {
                Monitor.Wait(_gate);
            }
        }

        _isAhead = false;
        _current = 1 - _current;
        var batch = _buffers[_current];
        if (_indices.AsSpan(0, _count).SequenceEqual(indices.Span))
        {
            _failure?.Throw();
        }
        else
        {
            load(batch, indices);
        }

        return batch;
    }

    /// <summary>Begins to load the samples that are probably wanted next.</summary>
    public void LoadAhead(ReadOnlyMemory<int> indices)
    {
        if (_isAhead || indices.IsEmpty)
        {
            return;
        }

        _count = Math.Min(indices.Length, capacity);
        indices.Span[.._count].CopyTo(_indices);
        _failure = null;
        _isAhead = true;
        lock (_gate)
        {
            (_isBegun, _isDone) = (false, false);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (_gate)
        {
            if (_isBegun)
            {
                return;
            }

            _isBegun = true;
        }

        try
        {
            load(_buffers[1 - _current], _indices.AsMemory(0, _count));
        }
#pragma warning disable CA1031 // Thrown to who takes the batch; an unhandled one would end the process.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
        }

        lock (_gate)
        {
            _isDone = true;
            Monitor.PulseAll(_gate);
        }
    }
}
