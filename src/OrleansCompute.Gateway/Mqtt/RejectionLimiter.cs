namespace OrleansCompute.Gateway.Mqtt;

/// <summary>
/// Lets one message per source and window into the log, and says how many it held back: a broken device must not fill the disk.
/// Memory is bounded. Thread-safe; pure but for the clock it is given.
/// </summary>
internal sealed class RejectionLimiter(TimeProvider clock, TimeSpan window, int maxSources = 4096)
{
    // A sweep looks at every entry: not for every message of an attacker.
    private const int SweepsPerWindow = 60;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private long sweptAt = long.MinValue / 2;

    /// <summary>Whether to log now.</summary>
    /// <param name="source">Device or address.</param>
    /// <param name="heldBack">Messages of the source that were not logged since the last one that was.</param>
    public bool ShouldLog(string source, out long heldBack)
    {
        var now = clock.GetTimestamp();
        lock (gate)
        {
            heldBack = 0;
            if (entries.TryGetValue(source, out var entry))
            {
                if (clock.GetElapsedTime(entry.LoggedAt, now) < window)
                {
                    entry.HeldBack++;
                    return false;
                }

                heldBack = entry.HeldBack;
                entries[source] = new Entry(now);
                return true;
            }

            if (entries.Count >= maxSources && !MakeRoom(now))
            {
                return false;
            }

            entries.Add(source, new Entry(now));
            return true;
        }
    }

    // Under attack from many sources the table stays full for a window: what is beyond it is counted by the statistics only.
    private bool MakeRoom(long now)
    {
        if (clock.GetElapsedTime(sweptAt, now) < window / SweepsPerWindow)
        {
            return false;
        }

        sweptAt = now;
        foreach (var (source, entry) in entries)
        {
            if (clock.GetElapsedTime(entry.LoggedAt, now) >= window)
            {
                entries.Remove(source);
            }
        }

        return entries.Count < maxSources;
    }

    private sealed class Entry(long loggedAt)
    {
        public long LoggedAt { get; } = loggedAt;

        public long HeldBack { get; set; }
    }
}
