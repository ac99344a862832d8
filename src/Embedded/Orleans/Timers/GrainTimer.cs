namespace Orleans.Embedded;

/// <summary>A timer whose ticks queue like requests. The next tick is due one period after the callback has ended.</summary>
internal sealed class GrainTimer<TState> : GrainRequest, IGrainTimer
{
    private readonly Activation _activation;
    private readonly Func<TState, CancellationToken, Task> _callback;
    private readonly TState _state;
    private readonly GrainTimerCreationOptions _options;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private TimeSpan _period;
    private bool _ticking;
    private bool _changed;
    private bool _disposed;

    public GrainTimer(Activation activation, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        Check(options.DueTime, nameof(options.DueTime));
        Check(options.Period, nameof(options.Period));
        _activation = activation;
        _callback = callback;
        _state = state;
        _options = options;
        _period = options.Period;
        activation.AddTimer(this);
        _timer = activation.Silo.TimeProvider.CreateTimer(
            static timer => ((GrainTimer<TState>)timer!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(options.DueTime, Timeout.InfiniteTimeSpan);
    }

    public override MethodDescriptor? Method => null;

    public override InvokeMethodOptions Options => _options.Interleave ? InvokeMethodOptions.AlwaysInterleave : InvokeMethodOptions.None;

    public override bool IsAbandoned => _disposed;

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _period = period;
            _changed = _ticking;
            _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public override void Start(RequestTarget target)
    {
        RequestContext.Current = null;
        Task pending;
        try
        {
            pending = _disposed ? Task.CompletedTask : _callback(_state, _stopped.Token);
        }
        catch (Exception exception)
        {
            pending = Task.FromException(exception);
        }

        if (pending.IsCompletedSuccessfully)
        {
            Finish();
        }
        else
        {
            _ = FinishAsync(pending);
        }
    }

    public override void Fail(Exception error)
    {
    }

    public override void Cancel(CancellationToken token)
    {
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        _timer.Dispose();
        _activation.RemoveTimer(this);
        _stopped.Cancel();
    }

    private static void Check(TimeSpan value, string name)
    {
        // The same bound as System.Threading.Timer: 2^32 - 2 milliseconds, about 49 days.
        if (value != Timeout.InfiniteTimeSpan && (value < TimeSpan.Zero || value.TotalMilliseconds > 0xfffffffe))
        {
            throw new ArgumentOutOfRangeException(name, value, "Allowed: infinite, or zero to 4294967294 ms.");
        }
    }

    private void OnDue()
    {
        lock (_gate)
        {
            if (_disposed || _ticking)
            {
                return;
            }

            _ticking = true;
            _changed = false;
        }

        if (!_activation.TryEnqueue(this))
        {
            Dispose();
        }
    }

    private async Task FinishAsync(Task pending)
    {
        try
        {
            await pending;
        }
        catch (Exception) when (_stopped.IsCancellationRequested)
        {
            // The callback was told to stop and did.
        }
        catch (Exception exception)
        {
            _activation.Silo.LogTimerFailed(exception, _activation.GrainId);
        }

        Finish();
    }

    private void Finish()
    {
        if (_options.KeepAlive)
        {
            _activation.Touch();
        }

        lock (_gate)
        {
            _ticking = false;
            if (!_disposed && !_changed)
            {
                _timer.Change(_period, Timeout.InfiniteTimeSpan);
            }
        }

        _activation.OnCompleted(this);
    }
}
