namespace OrleansCompute.Training.Accelerators;

/// <summary>Remembers when an accelerator was busy, as far back as the window reaches. Works in timestamps of one clock. Not thread-safe.</summary>
internal sealed class BusyMeter(long started, long windowTicks)
{
    // Bounds memory when items are tiny: 8192 intervals of 16 bytes; beyond it the oldest go and the window shrinks.
    private const int MaxIntervals = 8192;

    private readonly Queue<(long Start, long End)> _intervals = new();
    private long? _runningSince;

    public long TotalTicks { get; private set; }

    public void Begin(long now) => _runningSince = now;

    public void End(long now)
    {
        var start = _runningSince ?? now;
        _runningSince = null;
        TotalTicks += now - start;
        _intervals.Enqueue((start, now));
        while (_intervals.Count > MaxIntervals || (_intervals.Count > 0 && _intervals.Peek().End < now - windowTicks))
        {
            _intervals.Dequeue();
        }
    }

    /// <summary>Busy ticks and length of the window that ends now.</summary>
    public (long Busy, long Window) Read(long now)
    {
        var from = Math.Max(started, now - windowTicks);
        // If old intervals had to go, the window is only as long as what is known.
        if (_intervals.Count == MaxIntervals)
        {
            from = Math.Max(from, _intervals.Peek().Start);
        }

        var busy = _runningSince is { } since ? now - Math.Max(since, from) : 0;
        foreach (var (start, end) in _intervals)
        {
            busy += Math.Max(0, end - Math.Max(start, from));
        }

        return (busy, now - from);
    }
}
