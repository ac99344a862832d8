namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

/// <summary>What grains report outside of calls, for tests to await. One per cluster, shared by its silos. Thread-safe.</summary>
public sealed class Journal
{
    private readonly Lock _gate = new();
    private readonly List<string> _entries = [];
    private readonly HashSet<string> _failures = [];
    private readonly List<(string Entry, int Times, TaskCompletionSource Seen)> _waiting = [];

    public void Write(string entry)
    {
        lock (_gate)
        {
            _entries.Add(entry);
            foreach (var waiter in _waiting.Where(waiter => waiter.Times <= CountOf(waiter.Entry)).ToList())
            {
                _waiting.Remove(waiter);
                waiter.Seen.SetResult();
            }
        }
    }

    public Task WaitForAsync(string entry, int times = 1)
    {
        lock (_gate)
        {
            if (CountOf(entry) >= times)
            {
                return Task.CompletedTask;
            }

            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((entry, times, seen));
            return seen.Task;
        }
    }

    public int Count(string entry)
    {
        lock (_gate)
        {
            return CountOf(entry);
        }
    }

    /// <summary>The next activation of this key throws.</summary>
    public void FailNextActivation(string key)
    {
        lock (_gate)
        {
            _failures.Add(key);
        }
    }

    public bool TakeFailure(string key)
    {
        lock (_gate)
        {
            return _failures.Remove(key);
        }
    }

    private int CountOf(string entry) => _entries.Count(item => item == entry);
}
