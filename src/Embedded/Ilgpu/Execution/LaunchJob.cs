using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace ILGPU.Execution;

/// <summary>
/// Divides a launch over threads. The caller begins at once and alone, as most launches are over before a second thread would have
/// woken up; what is left after a few microseconds is shared with threads of the pool. A thread that comes too late finds nothing
/// to do, so the caller never waits for one that has not begun.
/// </summary>
internal abstract class LaunchJob(long total) : IThreadPoolWorkItem
{
    private const double AloneSeconds = 5e-6;
    private const double ChunkSeconds = 50e-6;
    private const int Spins = 2000;

    private readonly object _gate = new();
    private long _next;
    private long _chunk;
    private int _active;
    private Exception? _failure;

    public void Run(int workers, long firstChunk)
    {
        var start = Stopwatch.GetTimestamp();
        var size = firstChunk;
        while (true)
        {
            var to = Math.Min(total, _next + size);
            Work(_next, to);
            _next = to;
            if (to == total)
            {
                return;
            }

            var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (workers > 1 && elapsed > AloneSeconds)
            {
                var perItem = elapsed / to;
                _chunk = Math.Clamp((long)(ChunkSeconds / perItem), 1, Math.Max(1, (total - to) / (workers * 2)));
                break;
            }

            size = Math.Min(size * 2, 1 << 24);
        }

        var helpers = (int)Math.Min(workers - 1, (total - _next + _chunk - 1) / _chunk);
        for (var i = 0; i < helpers; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        Steal();
        for (var spin = 0; Volatile.Read(ref _active) > 0; spin++)
        {
            if (spin < Spins)
            {
                Thread.SpinWait(10);
            }
            else
            {
                lock (_gate)
                {
                    while (_active > 0)
                    {
                        Monitor.Wait(_gate);
                    }
                }
            }
        }

        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (_gate)
        {
            if (Interlocked.Read(ref _next) >= total)
            {
                return;
            }

            _active++;
        }

        Steal();
        lock (_gate)
        {
            if (--_active == 0)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Runs the items from one to before another.</summary>
    protected abstract void Work(long from, long to);

    private void Steal()
    {
        try
        {
            while (true)
            {
                var from = Interlocked.Add(ref _next, _chunk) - _chunk;
                if (from >= total)
                {
                    return;
                }

                Work(from, Math.Min(total, from + _chunk));
            }
        }
        catch (Exception failure)
        {
            // The first failure is the launch's; nobody begins anything new.
            Interlocked.CompareExchange(ref _failure, failure, null);
            Interlocked.Exchange(ref _next, total);
        }
    }
}
