using System.Collections;

namespace Orleans.Utilities;

/// <summary>Keeps observers that must subscribe anew before they expire. Not thread-safe: use it on a grain's turn.</summary>
/// <typeparam name="TIdentity">What tells observers apart.</typeparam>
/// <typeparam name="TObserver">The observer interface.</typeparam>
public partial class ObserverManager<TIdentity, TObserver> : IEnumerable<TObserver>
    where TIdentity : notnull
{
    private readonly Dictionary<TIdentity, (TObserver Observer, DateTime LastSeen)> _observers = [];
    private readonly ILogger _log;

    /// <summary>Makes an empty one.</summary>
    /// <param name="expiration">How long a subscription lasts; positive.</param>
    /// <param name="log">Hears of observers that fail.</param>
    public ObserverManager(TimeSpan expiration, ILogger log)
    {
        ExpirationDuration = expiration;
        _log = log ?? throw new ArgumentNullException(nameof(log));
    }

    /// <summary>The clock; default the system's, UTC.</summary>
    public Func<DateTime> GetDateTime { get; set; } = static () => TimeProvider.System.GetUtcNow().UtcDateTime;

    /// <summary>How long a subscription lasts.</summary>
    public TimeSpan ExpirationDuration { get; set; }

    /// <summary>How many there are, expired ones too until they are cleared.</summary>
    public int Count => _observers.Count;

    /// <summary>The observers by identity; a copy.</summary>
    public IReadOnlyDictionary<TIdentity, TObserver> Observers => _observers.ToDictionary(pair => pair.Key, pair => pair.Value.Observer);

    /// <summary>Adds an observer, or renews its subscription.</summary>
    public void Subscribe(TIdentity id, TObserver observer) => _observers[id] = (observer, GetDateTime());

    /// <summary>Removes an observer.</summary>
    public void Unsubscribe(TIdentity id) => _observers.Remove(id);

    /// <summary>Removes all.</summary>
    public void Clear() => _observers.Clear();

    /// <summary>Removes those whose subscriptions have expired.</summary>
    public void ClearExpired()
    {
        var now = GetDateTime();
        foreach (var (id, entry) in _observers.ToArray())
        {
            if (entry.LastSeen + ExpirationDuration < now)
            {
                _observers.Remove(id);
            }
        }
    }

    /// <summary>Calls each observer; one that fails is removed.</summary>
    public void Notify(Action<TObserver> notification, Func<TObserver, bool>? predicate = null)
    {
        ArgumentNullException.ThrowIfNull(notification);
        ClearExpired();
        foreach (var (id, entry) in _observers.ToArray())
        {
            if (predicate is null || predicate(entry.Observer))
            {
                try
                {
                    notification(entry.Observer);
                }
                catch (Exception exception)
                {
                    Drop(id, exception);
                }
            }
        }
    }

    /// <summary>Calls each observer; one that fails is removed.</summary>
    public async Task Notify(Func<TObserver, Task> notification, Func<TObserver, bool>? predicate = null)
    {
        ArgumentNullException.ThrowIfNull(notification);
        ClearExpired();
        foreach (var (id, entry) in _observers.ToArray())
        {
            if (predicate is null || predicate(entry.Observer))
            {
                try
                {
                    await notification(entry.Observer);
                }
                catch (Exception exception)
                {
                    Drop(id, exception);
                }
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerator<TObserver> GetEnumerator() => _observers.Values.Select(entry => entry.Observer).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Drop(TIdentity id, Exception exception)
    {
        _observers.Remove(id);
        LogObserverRemoved(exception, id.ToString());
    }

    [LoggerMessage(9010, LogLevel.Debug, "Removed observer {Observer} because it failed.")]
    private partial void LogObserverRemoved(Exception exception, string? observer);
}
