namespace OrleansCompute.Training.Accelerators;

/// <summary>
/// Runs work items one after another on a thread of its own, and enforces a compute share: after an item that was busy for t, the
/// next starts no earlier than t / share after the item's start, so the duty cycle never exceeds the share. Time spent
/// idle for want of work counts towards that. Within that share, owners of an <see cref="AcceleratorShare"/> divide the time among
/// themselves. Heavy work belongs here and not on a grain's turn. Thread-safe.
/// </summary>
public sealed class AcceleratorExecutor : IDisposable, IAsyncDisposable
{
    private readonly AcceleratorExecutorOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly ShareClock _shares;
    private readonly ShareQueue _own;
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
        _shares = new ShareClock(ToTimestampTicks(_options.ShareHold));
        _own = _shares.Open(_options.Name, 1);
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
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) => EnqueueAsync(_own, work, cancellationToken);

    /// <summary>Gives an owner a part of the accelerator's time. Its items run one after another, in the order of its calls.</summary>
    /// <param name="name">The owner, for messages.</param>
    /// <param name="fraction">Its part, above 0 to 1. Those of all owners may sum to less or more than 1: what counts is their ratio.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is out of range.</exception>
    public AcceleratorShare OpenShare(string name, double fraction)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!(fraction > 0 && fraction <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, $"The compute share of {name}: allowed above 0 to 1.");
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isStopping, this);
            return new AcceleratorShare(this, _shares.Open(name, fraction));
        }
    }

    internal Task<T> EnqueueAsync<T>(ShareQueue queue, Func<T> work, CancellationToken cancellationToken)
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
            if (queue.ClosedReason is { } reason)
            {
                return Task.FromException<T>(new AcceleratorShareClosedException(reason));
            }

            if (_shares.Count >= _options.MaxQueuedItems)
            {
                throw new InvalidOperationException(
                    $"{_shares.Count} work items wait for '{Name}'; allowed {_options.MaxQueuedItems}. Await earlier items before queuing more.");
            }

            _shares.Enqueue(queue, item, _time.GetTimestamp());

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
                QueuedItems = _shares.Count,
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

    internal void Close(ShareQueue queue, string reason)
    {
        IReadOnlyList<IWorkItem> left;
        lock (_gate)
        {
            left = _shares.Close(queue, reason);
            if (!_stopped.Task.IsCompleted)
            {
                // Others may have been held up for it.
                _changed.Set();
            }
        }

        foreach (var item in left)
        {
            item.Abort(new AcceleratorShareClosedException(reason));
        }
    }

    internal TimeSpan ReadBusyTime(ShareQueue queue)
    {
        lock (_gate)
        {
            return _time.GetElapsedTime(0, queue.BusyTicks);
        }
    }

    private void RunLoop()
    {
        try
        {
            while (WaitForWork())
            {
                WaitForShare();
                if (TakeNext(out var owner) is { } item && item.TryStart())
                {
                    Execute(item, owner!);
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                _stopped.SetResult();
                _changed.Dispose();
            }
        }
    }

    /// <summary>False where there is none, and there will be none.</summary>
    private bool WaitForWork()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_shares.Count > 0)
                {
                    return true;
                }

                if (_isStopping)
                {
                    return false;
                }
            }

            _changed.WaitOne();
        }
    }

    private IWorkItem? TakeNext(out ShareQueue? owner)
    {
        while (true)
        {
            long waitUntil;
            lock (_gate)
            {
                var item = _shares.Next(_time.GetTimestamp(), mayHold: !_isStopping, out owner, out waitUntil);
                if (item is not null || _shares.Count == 0)
                {
                    return item;
                }
            }

            WaitUntil(waitUntil);
        }
    }

    private void Execute(IWorkItem item, ShareQueue owner)
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
            ShareClock.Charge(owner, start, end);
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

            WaitUntil(_notBefore);
        }
    }

    // Or until something changes, whichever is first.
    private void WaitUntil(long timestamp)
    {
        var missing = timestamp - _time.GetTimestamp();
        if (missing > 0)
        {
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
