using System.Runtime.ExceptionServices;

namespace OrleansCompute.Training.Data;

/// <summary>
/// Loads batches ahead of their use, on a thread of its own, so that reading and decoding the next ones goes on while the present one is
/// computed with. Batches come in order, whatever the timing; there are never more than the given buffers, which are used in turn, so
/// that a loop allocates nothing. What loading throws is thrown to the consumer in the place of its batch. One consumer; not thread-safe.
/// </summary>
/// <typeparam name="TBatch">A buffer that batches are loaded into.</typeparam>
public sealed class Prefetcher<TBatch> : IDisposable
    where TBatch : class
{
    private readonly TBatch[] _buffers;
    private readonly long _count;
    private readonly Action<long, TBatch, CancellationToken> _load;
    private readonly CancellationTokenSource _stop;
    private readonly SemaphoreSlim _free;
    private readonly SemaphoreSlim _filled = new(0);
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _failure;
    private long _failedAt = -1;
    private long _taken;
    private bool _held;
    private bool _disposed;

    /// <summary>Begins to load.</summary>
    /// <param name="buffers">2 or more: one that is computed with, and those that are loaded ahead. They belong to the prefetcher until it is disposed of.</param>
    /// <param name="count">Batches in all, 0 or more.</param>
    /// <param name="load">Loads a batch, numbered from 0, into a buffer. Called on one thread, in order.</param>
    /// <param name="cancellation">Ends loading and waiting.</param>
    public Prefetcher(IReadOnlyList<TBatch> buffers, long count, Action<long, TBatch, CancellationToken> load, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        ArgumentNullException.ThrowIfNull(load);
        ArgumentOutOfRangeException.ThrowIfLessThan(buffers.Count, 2, nameof(buffers));
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        (_buffers, _count, _load) = ([.. buffers], count, load);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _free = new SemaphoreSlim(_buffers.Length);
        _thread = new Thread(Run) { IsBackground = true, Name = "batch loader" };
        _thread.Start();
    }

    /// <summary>Waits for the next batch; the one before goes back to be loaded again.</summary>
    /// <returns>The batch, valid until the next call; null after the last.</returns>
    /// <exception cref="OperationCanceledException">The loading was cancelled.</exception>
    public TBatch? Next()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_taken == _count)
        {
            return null;
        }

        if (_held)
        {
            _held = false;
            _free.Release();
        }

        _filled.Wait(_stop.Token);
        if (Volatile.Read(ref _failedAt) == _taken)
        {
            // Another call finds the same failure.
            _filled.Release();
            _failure!.Throw();
        }

        _held = true;
        return _buffers[_taken++ % _buffers.Length];
    }

    /// <summary>Ends loading, and waits for the batch that is being loaded.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _stop.Cancel();
            _thread.Join();
            _stop.Dispose();
            _free.Dispose();
            _filled.Dispose();
        }
    }

    private void Run()
    {
        for (long i = 0; i < _count; i++)
        {
            try
            {
                _free.Wait(_stop.Token);
                _load(i, _buffers[i % _buffers.Length], _stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Thrown to the consumer; an unhandled one would end the process.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _failure = ExceptionDispatchInfo.Capture(exception);
                Volatile.Write(ref _failedAt, i);
                _filled.Release();
                return;
            }

            _filled.Release();
        }
    }
}
