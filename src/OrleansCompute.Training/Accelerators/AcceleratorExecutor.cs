namespace OrleansCompute.Training.Accelerators;

/// <summary>
/// Runs work items one after another on a thread of its own, and enforces a compute share: after an item that was busy for t, the
/// next starts no earlier than t / share after the item's start, so the duty cycle never exceeds the share. Time spent
/// idle for want of work counts towards that. Heavy work belongs here and not on a grain's turn. Thread-safe.
/// </summary>
public sealed class AcceleratorExecutor : IDisposable, IAsyncDisposable
{
    private readonly AcceleratorExecutorOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Queue<IWorkItem> _queue = new();
    private readonly AutoResetEvent _changed = new(false);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BusyMeter _meter;
    private readonly Thread _thread;
    private long _completed;
    private long _failed;
    private bool _isStopping;

    // Timestamp before which the share forbids the next item. Only the accelerator's thread touches it.
    private long _notBefore;

    /// <summary>Starts the thread.</summary>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public AcceleratorExecutor(AcceleratorExecutorOptions? options = null, TimeProvider? timeProvider = null)
    {
        _options = options ?? new AcceleratorExecutorOptions();
        if (_options.Validate() is { Count: > 0 } errors)
        {
            throw new ArgumentException(string.Join(" ", errors), nameof(options));
        }

        _time = timeProvider ?? TimeProvider.System;
        var now = _time.GetTimestamp();
        _notBefore = now;
        _meter = new BusyMeter(now, ToTimestampTicks(_options.StatisticsWindow));
        _thread = new Thread(RunLoop) { IsBackground = true, Name = $"oc {_options.Name}" };
        _thread.Start();
    }

    /// <summary>The accelerator's name.</summary>
    public string Name => _options.Name;

    /// <summary>The enforced part of the time, above 0 to 1.</summary>
    public double ComputeShare => _options.ComputeShare;

    /// <summary>Queues work; items run in the order of these calls.</summary>
    /// <param name="work">Runs on the accelerator's thread; what it throws comes out of the returned task.</param>
    /// <param name="cancellationToken">Takes the item out of the queue; an item that has begun runs to its end.</param>
    /// <exception cref="ObjectDisposedException">The executor was disposed.</exception>
    /// <exception cref="InvalidOperationException">Too many items wait.</exception>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        var item = new WorkItem<T>(work, cancellationToken);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isStopping, this);
            if (_queue.Count >= _options.MaxQueuedItems)
            {
                throw new InvalidOperationException(
                    $"{_queue.Count} work items wait for '{Name}'; allowed {_options.MaxQueuedItems}. Await earlier items before queuing more.");
            }

            _queue.Enqueue(item);

            // Within the lock: the thread cannot end, and with it the event, before this.
            _changed.Set();
        }

        return item.Task;
    }

    /// <summary>What the accelerator did within <see cref="AcceleratorExecutorOptions.StatisticsWindow"/>, the running item included.</summary>
    public AcceleratorStatistics GetStatistics()
    {
        lock (_gate)
        {
            var (busy, window) = _meter.Read(_time.GetTimestamp());
            return new AcceleratorStatistics
            {
                BusyFraction = window > 0 ? Math.Clamp((double)busy / window, 0, 1) : 0,
                Window = _time.GetElapsedTime(0, window),
                TotalBusyTime = _time.GetElapsedTime(0, _meter.TotalTicks),
                QueuedItems = _queue.Count,
                CompletedItems = _completed,
                FailedItems = _failed,
            };
        }
    }

    /// <summary>
    /// Takes no more work, runs what is queued, and returns when the thread has ended. Idle time still owed is waived: nobody shares the accelerator with a
    /// job that leaves. From a work item, it only begins to stop.
    /// </summary>
    public void Dispose()
    {
        BeginStop();
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }
    }

    /// <inheritdoc cref="Dispose"/>
    public async ValueTask DisposeAsync()
    {
        BeginStop();
        if (Thread.CurrentThread != _thread)
        {
            await _stopped.Task;
        }
    }

    private void BeginStop()
    {
        lock (_gate)
        {
            if (_isStopping)
            {
                return;
            }

            _isStopping = true;
            _changed.Set();
        }
    }

    private void RunLoop()
    {
        try
        {
            while (TakeNext() is { } item)
            {
                WaitForShare();
                if (item.TryStart())
                {
                    Execute(item);
                }
            }
        }
        finally
        {
            _changed.Dispose();
            _stopped.SetResult();
        }
    }

    private IWorkItem? TakeNext()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_queue.TryDequeue(out var item))
                {
                    return item;
                }

                if (_isStopping)
                {
                    return null;
                }
            }

            _changed.WaitOne();
        }
    }

    private void Execute(IWorkItem item)
    {
        var start = _time.GetTimestamp();
        lock (_gate)
        {
            _meter.Begin(start);
        }

        var succeeded = item.Execute();
        var end = _time.GetTimestamp();
        lock (_gate)
        {
            _meter.End(end);
            _completed++;
            _failed += succeeded ? 0 : 1;
        }

        _notBefore = start + (long)Math.Ceiling((end - start) / _options.ComputeShare);
        // Last, so that whoever awaited the item finds it in the statistics.
        item.Publish();
    }

    private void WaitForShare()
    {
        while (true)
        {
            var missing = _notBefore - _time.GetTimestamp();
            if (missing <= 0 || IsStopping())
            {
                return;
            }

            // Whole milliseconds, rounded up: timers are no finer, and an early wake-up would break the promise.
            var due = TimeSpan.FromMilliseconds(Math.Ceiling(_time.GetElapsedTime(0, missing).TotalMilliseconds));
            using var timer = _time.CreateTimer(static changed => Wake((AutoResetEvent)changed!), _changed, due, Timeout.InfiniteTimeSpan);
            _changed.WaitOne();
        }
    }

    private static void Wake(AutoResetEvent changed)
    {
        try
        {
            changed.Set();
        }
        catch (ObjectDisposedException)
        {
            // A timer may fire once more while the executor ends; there is nobody left to wake.
        }
    }

    private bool IsStopping()
    {
        lock (_gate)
        {
            return _isStopping;
        }
    }

    private long ToTimestampTicks(TimeSpan time) => (long)(time.TotalSeconds * _time.TimestampFrequency);
}
