using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Scheduling.Reservations;

/// <summary>
/// A round in which some jobs are decided already: the policy within is asked about the others, on what is left of the nodes. Nodes and
/// types keep their numbers. Running jobs that no longer fit beside what was decided are shown as waiting, the one that got its
/// accelerators last first. For one round; not thread-safe.
/// </summary>
internal sealed class CarvedRound(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs)
{
    private readonly JobDecision?[] _decided = new JobDecision?[jobs.Count];
    private readonly JobSnapshot[] _jobs = [.. jobs];
    private readonly int[] _taken = new int[cluster.Nodes.Length];
    private bool _isCarved;

    public bool IsDecided(int job) => _decided[job] is not null;

    /// <summary>The job as the policy within will see it.</summary>
    public JobSnapshot Job(int job) => _jobs[job];

    /// <summary>Decides a job: what it gets is not there for the others.</summary>
    public void Pin(int job, JobDecision decision)
    {
        _decided[job] = decision;
        foreach (var share in decision.Allocation.Shares)
        {
            _taken[share.Node] += share.Accelerators;
            _isCarved = true;
        }
    }

    /// <summary>Shows the policy within something else of a job.</summary>
    public void Change(int job, JobSnapshot snapshot) => _jobs[job] = snapshot;

    /// <summary>Keeps a job off a type; where it accepts no other, it waits for this reason.</summary>
    public void Forbid(int job, string type, string reason)
    {
        var types = cluster.Types.Where(other => other != type && _jobs[job].Accepts(other));
        _jobs[job] = _jobs[job] with { Types = [.. types] };
        if (_jobs[job].Types.IsEmpty)
        {
            _decided[job] = new JobDecision(Allocation.None, reason, _jobs[job].Memo);
        }
    }

    /// <summary>Asks the policy within about the rest.</summary>
    public JobDecision[] Decide(ISchedulingPolicy inner, double nowSeconds)
    {
        var open = Enumerable.Range(0, _jobs.Length).Where(job => _decided[job] is null).ToArray();
        var left = cluster;
        if (_isCarved)
        {
            left = new ClusterSnapshot(
                [.. cluster.Nodes.Select((node, i) => _taken[i] == 0 ? node : node with { Accelerators = Math.Max(0, node.Accelerators - _taken[i]) })], cluster.Tenants);
            Displace(left, open);
        }

        var answers = open.Length == 0 ? [] : inner.Decide(left, [.. open.Select(job => _jobs[job])], nowSeconds);
        for (var i = 0; i < open.Length; i++)
        {
            _decided[open[i]] = answers[i];
        }

        return _decided!;
    }

    // Policies may rely on it that what jobs hold is there.
    private void Displace(ClusterSnapshot left, int[] open)
    {
        var over = new int[left.Nodes.Length];
        foreach (var share in open.SelectMany(job => _jobs[job].Allocation.Shares))
        {
            over[share.Node] += share.Accelerators;
        }

        var isAny = false;
        for (var node = 0; node < over.Length; node++)
        {
            over[node] -= left.Nodes[node].Accelerators;
            isAny |= over[node] > 0 && _taken[node] > 0;
        }

        foreach (var job in isAny ? open.OrderByDescending(job => _jobs[job].AllocatedSeconds).ThenByDescending(job => job) : Enumerable.Empty<int>())
        {
            var shares = _jobs[job].Allocation.Shares;
            if (shares.Any(share => over[share.Node] > 0 && _taken[share.Node] > 0))
            {
                foreach (var share in shares)
                {
                    over[share.Node] -= share.Accelerators;
                }

                _jobs[job] = _jobs[job] with { Allocation = Allocation.None };
            }
        }
    }
}
