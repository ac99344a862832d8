using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Governance;

/// <summary>
/// Who may have to go for a part of an accelerator, in the order in which they go: the job's own tenant's of lower priority, then those of
/// others whose turn has not come. Sorted once; those at the front that went or were granted something are passed once. Not thread-safe.
/// </summary>
/// <param name="jobs">All jobs.</param>
/// <param name="queues">By tenant's account its jobs in the order in which they are served.</param>
/// <param name="isOut">Whether a job went or was granted something; that is for good.</param>
internal sealed class PartVictims(IReadOnlyList<JobSnapshot> jobs, IReadOnlyDictionary<int, int[]> queues, Func<int, bool> isOut)
{
    private readonly Dictionary<int, (int[] Victims, int First)> _own = [];
    private readonly Dictionary<int, int> _first = [];
    private (int Leaf, int Job)[]? _all;

    /// <summary>Who may have to go for a job of an account.</summary>
    public IEnumerable<int> Of(int leaf, int job)
    {
        foreach (var victim in Own(leaf))
        {
            if (jobs[victim].Priority >= jobs[job].Priority)
            {
                break;
            }

            yield return victim;
        }

        foreach (var victim in Others(leaf))
        {
            yield return victim;
        }
    }

    // The last of the queue first.
    private IEnumerable<int> Own(int leaf)
    {
        var (victims, first) = _own.TryGetValue(leaf, out var known) ? known : ([.. queues[leaf].AsEnumerable().Reverse().Where(Holds)], 0);
        while (first < victims.Length && isOut(victims[first]))
        {
            first++;
        }

        _own[leaf] = (victims, first);
        for (var i = first; i < victims.Length; i++)
        {
            yield return victims[i];
        }
    }

    private IEnumerable<int> Others(int leaf)
    {
        _all ??= [.. queues.OrderBy(queue => queue.Key).SelectMany(queue => queue.Value.Where(Holds).Select(job => (queue.Key, job)))
            .OrderBy(entry => jobs[entry.job].Priority).ThenByDescending(entry => jobs[entry.job].AllocatedSeconds)];
        var first = _first.GetValueOrDefault(leaf);
        while (first < _all.Length && (_all[first].Leaf == leaf || isOut(_all[first].Job)))
        {
            first++;
        }

        _first[leaf] = first;
        for (var i = first; i < _all.Length; i++)
        {
            if (_all[i].Leaf != leaf)
            {
                yield return _all[i].Job;
            }
        }
    }

    private bool Holds(int job) => !jobs[job].Allocation.IsEmpty;
}
