namespace OrleansCompute.Grains.Pools;

/// <summary>What was last said of each job, and when: by a round, or in answer to a question that was asked since. Not thread-safe.</summary>
/// <param name="clock">Says when.</param>
internal sealed class ReasonBook(TimeProvider clock)
{
    private readonly Dictionary<string, (string Text, DateTimeOffset At)> _reasons = new(StringComparer.Ordinal);

    /// <summary>Notes what is said of a job from now on.</summary>
    /// <param name="id">The job.</param>
    public string this[string id]
    {
        set => _reasons[id] = (value, clock.GetUtcNow());
    }

    /// <summary>What was said, and when; where nothing was yet, another text and no time.</summary>
    public (string Text, DateTimeOffset? At) Find(string id, string otherwise) => _reasons.TryGetValue(id, out var reason) ? reason : (otherwise, null);

    /// <summary>Forgets a job.</summary>
    public void Remove(string id) => _reasons.Remove(id);
}
