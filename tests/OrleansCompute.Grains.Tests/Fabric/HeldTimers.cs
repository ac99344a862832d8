using System.Threading.Channels;

namespace OrleansCompute.Grains.Tests.Fabric;

/// <summary>The machine's clock, whose single-shot timers of one length fire when the test says so. Thread-safe.</summary>
internal sealed class HeldTimers(TimeSpan length) : TimeProvider
{
    private readonly Channel<HeldTimer> _made = Channel.CreateUnbounded<HeldTimer>();
    private readonly List<HeldTimer> _held = [];

    /// <summary>Until another one was made; each is told of once.</summary>
    public Task MadeAsync() => _made.Reader.ReadAsync().AsTask();

    /// <summary>Fires those that are there.</summary>
    public void Fire()
    {
        List<HeldTimer> due;
        lock (_held)
        {
            due = [.. _held];
            _held.Clear();
        }

        due.ForEach(timer => timer.Fire());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != length || period != Timeout.InfiniteTimeSpan)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        var timer = new HeldTimer(callback, state);
        lock (_held)
        {
            _held.Add(timer);
        }

        _made.Writer.TryWrite(timer);
        return timer;
    }

    private sealed class HeldTimer(TimerCallback callback, object? state) : ITimer
    {
        private volatile bool _isDisposed;

        public void Fire()
        {
            if (!_isDisposed)
            {
                callback(state);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => !_isDisposed;

        public void Dispose() => _isDisposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
