namespace Orleans.Runtime;

/// <summary>Values that flow with calls from caller to callee, not back.</summary>
public static class RequestContext
{
    internal const string ReentrancyKey = "#CCR";

    // Copy on write: a dictionary that was published here is never changed, so calls share it without a lock.
    private static readonly AsyncLocal<Dictionary<string, object>?> s_values = new();

    /// <summary>The keys of the current call.</summary>
    public static IEnumerable<string> Keys => Current?.Keys ?? Enumerable.Empty<string>();

    /// <summary>The values of the current call.</summary>
    public static IEnumerable<KeyValuePair<string, object>> Entries => Current ?? Enumerable.Empty<KeyValuePair<string, object>>();

    /// <summary>Identifies the call chain within which reentrancy is allowed; empty for none.</summary>
    public static Guid ReentrancyId
    {
        get => Current is { } values ? ReentrancyIdOf(values) : Guid.Empty;
        set
        {
            if (value == Guid.Empty)
            {
                Remove(ReentrancyKey);
            }
            else
            {
                Set(ReentrancyKey, value);
            }
        }
    }

    internal static Dictionary<string, object>? Current
    {
        get => s_values.Value;
        set
        {
            if (!ReferenceEquals(s_values.Value, value))
            {
                s_values.Value = value;
            }
        }
    }

    /// <summary>A value of the current call; null when absent.</summary>
    public static object? Get(string key) => Current is { } values && values.TryGetValue(key, out var value) ? value : null;

    /// <summary>Sets a value for the calls from here on. It must be of a type that calls can copy.</summary>
    public static void Set(string key, object value)
    {
        ArgumentNullException.ThrowIfNull(key);
        Current = Current is { } values ? new(values) { [key] = value } : new() { [key] = value };
    }

    /// <summary>Removes a value; false when absent.</summary>
    public static bool Remove(string key)
    {
        if (Current is not { } values || !values.ContainsKey(key))
        {
            return false;
        }

        if (values.Count == 1)
        {
            Current = null;
            return true;
        }

        var rest = new Dictionary<string, object>(values);
        rest.Remove(key);
        Current = rest;
        return true;
    }

    /// <summary>Removes all values.</summary>
    public static void Clear() => Current = null;

    /// <summary>Lets calls that come back to this grain along the current call chain interleave until disposed.</summary>
    public static ReentrancySection AllowCallChainReentrancy()
    {
        var original = ReentrancyId;
        return new ReentrancySection(original, original == Guid.Empty ? Guid.NewGuid() : original);
    }

    /// <summary>Takes the permission away from calls made until disposed.</summary>
    public static ReentrancySection SuppressCallChainReentrancy() => new(ReentrancyId, Guid.Empty);

    internal static Guid ReentrancyIdOf(Dictionary<string, object> values) =>
        values.TryGetValue(ReentrancyKey, out var value) && value is Guid id ? id : Guid.Empty;

    /// <summary>Restores the former permission when disposed.</summary>
    public readonly struct ReentrancySection : IDisposable
    {
        private readonly Guid _original;
        private readonly Guid _current;
        private readonly IReentrantSections? _sections;

        /// <summary>Begins the section.</summary>
        public ReentrancySection(Guid originalReentrancyId, Guid newReentrancyId)
        {
            _original = originalReentrancyId;
            _current = newReentrancyId;
            _sections = RuntimeContext.Current as IReentrantSections;
            if (newReentrancyId != Guid.Empty)
            {
                _sections?.EnterReentrantSection(newReentrancyId);
            }

            ReentrancyId = newReentrancyId;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            if (_current != Guid.Empty)
            {
                _sections?.LeaveReentrantSection(_current);
            }

            ReentrancyId = _original;
        }
    }
}
