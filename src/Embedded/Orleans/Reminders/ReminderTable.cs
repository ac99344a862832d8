using System.Collections.Concurrent;

namespace Orleans.Embedded;

/// <summary>The reminders of one cluster: in memory, they survive their silos but not the cluster. Thread-safe.</summary>
internal sealed class ReminderTable(EmbeddedCluster cluster) : IDisposable
{
    private readonly ConcurrentDictionary<(GrainId Grain, string Name), Entry> _entries = new();

    public GrainReminder Set(SiloRuntime silo, GrainId grain, string name, TimeSpan dueTime, TimeSpan period)
    {
        var reminder = new GrainReminder(name, Guid.NewGuid().ToString("N"));
        var entry = new Entry(cluster, silo.TimeProvider, grain, reminder, dueTime, period);
        _entries.AddOrUpdate((grain, name), entry, (_, old) =>
        {
            old.Dispose();
            return entry;
        });
        entry.Begin();
        return reminder;
    }

    public bool Remove(GrainId grain, GrainReminder reminder)
    {
        if (!_entries.TryGetValue((grain, reminder.ReminderName), out var entry) || entry.Reminder.ETag != reminder.ETag)
        {
            return false;
        }

        entry.Dispose();
        return _entries.TryRemove(new KeyValuePair<(GrainId, string), Entry>((grain, reminder.ReminderName), entry));
    }

    public GrainReminder? Find(GrainId grain, string name) => _entries.GetValueOrDefault((grain, name))?.Reminder;

    public List<GrainReminder> FindAll(GrainId grain) =>
        [.. _entries.Where(pair => pair.Key.Grain == grain).Select(pair => pair.Value.Reminder)];

    public void Dispose()
    {
        foreach (var entry in _entries.Values)
        {
            entry.Dispose();
        }

        _entries.Clear();
    }

    private sealed class Entry : IDisposable
    {
        private readonly EmbeddedCluster _cluster;
        private readonly TimeProvider _timeProvider;
        private readonly GrainId _grain;
        private readonly TimeSpan _period;
        private readonly TimeSpan _dueTime;
        private readonly DateTime _firstTick;
        private readonly ITimer _timer;

        public Entry(EmbeddedCluster cluster, TimeProvider timeProvider, GrainId grain, GrainReminder reminder, TimeSpan dueTime, TimeSpan period)
        {
            _cluster = cluster;
            _timeProvider = timeProvider;
            _grain = grain;
            Reminder = reminder;
            _period = period;
            _dueTime = dueTime;
            _firstTick = timeProvider.GetUtcNow().UtcDateTime + dueTime;
            _timer = timeProvider.CreateTimer(
                static state => ((Entry)state!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public GrainReminder Reminder { get; }

        public void Begin() => _timer.Change(_dueTime, _period);

        public void Dispose() => _timer.Dispose();

        private void Tick()
        {
            // Between silos a tick is missed, as in official Orleans; the next one comes.
            if (_cluster.AnyActiveSilo() is { } silo)
            {
                _ = DeliverAsync(silo);
            }
        }

        private async Task DeliverAsync(SiloRuntime silo)
        {
            try
            {
                var grain = (IRemindable)(object)silo.CreateReference(_grain, typeof(IRemindable));
                await grain.ReceiveReminder(Reminder.ReminderName, new TickStatus(_firstTick, _period, _timeProvider.GetUtcNow().UtcDateTime));
            }
            catch (Exception exception)
            {
                silo.LogReminderFailed(exception, Reminder.ReminderName, _grain);
            }
        }
    }
}
