namespace OrleansCompute.Edge.Agent.Connections;

/// <summary>Exponential back-off with full jitter, so that a fleet does not return all at once. Not thread-safe.</summary>
internal sealed class RetryDelay(TimeSpan first, TimeSpan longest, Random random)
{
    private int _failures;

    /// <summary>How long to wait after one more failure: between nothing and first x 2^failures, capped.</summary>
    public TimeSpan Next()
    {
        var ceiling = Math.Min(longest.TotalSeconds, first.TotalSeconds * Math.Pow(2, Math.Min(_failures++, 30)));
        return TimeSpan.FromSeconds(ceiling * random.NextDouble());
    }

    /// <summary>Something succeeded.</summary>
    public void Reset() => _failures = 0;
}
