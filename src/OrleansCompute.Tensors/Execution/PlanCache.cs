namespace OrleansCompute.Tensors.Execution;

/// <summary>Plans by what they were made for, such as a batch size; the one that was not used for the longest time makes room. Not thread-safe.</summary>
internal sealed class PlanCache<TKey, TPlan>(int capacity, Func<TKey, TPlan> create) : IDisposable
    where TKey : notnull
    where TPlan : class, IDisposable
{
    private readonly Dictionary<TKey, TPlan> _plans = [];
    private readonly Dictionary<TKey, long> _lastUse = [];
    private long _clock;

    public int Count => _plans.Count;

    public TPlan Get(TKey key)
    {
        if (!_plans.TryGetValue(key, out var plan))
        {
            if (_plans.Count >= capacity)
            {
                var oldest = _plans.Keys.MinBy(used => _lastUse[used])!;
                _plans.Remove(oldest, out var unused);
                _lastUse.Remove(oldest);
                unused!.Dispose();
            }

            plan = _plans[key] = create(key);
        }

        _lastUse[key] = ++_clock;
        return plan;
    }

    public void Dispose()
    {
        foreach (var plan in _plans.Values)
        {
            plan.Dispose();
        }

        _plans.Clear();
        _lastUse.Clear();
    }
}
