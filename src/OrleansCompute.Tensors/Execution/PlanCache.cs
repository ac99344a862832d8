namespace OrleansCompute.Tensors.Execution;

/// <summary>Plans by batch size; the one that was not used for the longest time makes room. Not thread-safe.</summary>
internal sealed class PlanCache<TPlan>(int capacity, Func<int, TPlan> create) : IDisposable
    where TPlan : class, IDisposable
{
    private readonly Dictionary<int, TPlan> _plans = [];
    private readonly Dictionary<int, long> _lastUse = [];
    private long _clock;

    public TPlan Get(int batch)
    {
        _lastUse[batch] = ++_clock;
        if (_plans.TryGetValue(batch, out var plan))
        {
            return plan;
        }

        if (_plans.Count >= capacity)
        {
            var oldest = _plans.Keys.MinBy(key => _lastUse[key]);
            _plans.Remove(oldest, out var unused);
            _lastUse.Remove(oldest);
            unused!.Dispose();
        }

        return _plans[batch] = create(batch);
    }

    public void Dispose()
    {
        foreach (var plan in _plans.Values)
        {
            plan.Dispose();
        }

        _plans.Clear();
    }
}
