using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Incremental;

/// <summary>
/// Refuses who was to take what does not go together with the rest. One that is refused takes back what it gave, which another may have been
/// given: pass after pass in their order until all fits, where a pass looks only at those whose case has become worse. Not thread-safe; used
/// once.
/// </summary>
/// <param name="cluster">What there is.</param>
/// <param name="jobs">All jobs.</param>
/// <param name="holdings">What all would hold, counted.</param>
/// <param name="accepted">What was decided; null is set where it is refused.</param>
/// <param name="taking">Jobs that are to take something, those first that give way first.</param>
internal sealed class LateTakers(
    ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, LateHoldings holdings, JobDecision?[] accepted, IReadOnlyList<int> taking)
{
    private readonly PriorityQueue<int, (int Pass, int Place)> _next = new();
    private readonly bool[] _isWaiting = new bool[taking.Count];
    private readonly Dictionary<int, List<int>> _onNode = [];

    /// <summary>How often it was asked whether a job fits.</summary>
    public int Looks { get; private set; }

    /// <summary>Those that it refused.</summary>
    public List<int> Refuse()
    {
        for (var place = 0; place < taking.Count; place++)
        {
            Enqueue(0, place);
            foreach (var share in accepted[taking[place]]!.Allocation.Shares)
            {
                (_onNode.TryGetValue(share.Node, out var places) ? places : _onNode[share.Node] = []).Add(place);
            }
        }

        var refused = new List<int>();
        while (_next.TryDequeue(out var place, out var at))
        {
            _isWaiting[place] = false;
            var job = taking[place];
            var wanted = accepted[job]!.Allocation;
            Looks++;
            if (holdings.Fits(job, wanted, jobs[job].Allocation))
            {
                continue;
            }

            holdings.Change(job, wanted, -1);
            holdings.Change(job, jobs[job].Allocation, 1);
            accepted[job] = null;
            refused.Add(job);
            foreach (var other in Worse(jobs[job].Allocation, wanted))
            {
                if (accepted[taking[other]] is not null && !_isWaiting[other])
                {
                    Enqueue(other > place ? at.Pass : at.Pass + 1, other);
                }
            }
        }

        return refused;
    }

    private void Enqueue(int pass, int place)
    {
        _isWaiting[place] = true;
        _next.Enqueue(place, (pass, place));
    }

    // Who takes something on a node of what it takes back; and all, where an account may have less left for it or for what it may borrow.
    private IEnumerable<int> Worse(Allocation held, Allocation wanted) => !cluster.Tenants.IsFlat && MayBind(held, wanted)
        ? Enumerable.Range(0, taking.Count) : held.Shares.SelectMany(share => _onNode.GetValueOrDefault(share.Node, []));

    private bool MayBind(Allocation held, Allocation wanted) => held.Device is not null || wanted.Device is not null || held.Amount > wanted.Amount
        || Enumerable.Range(0, cluster.Types.Length).Any(type => cluster.CountOf(held, type) > cluster.CountOf(wanted, type))
        || held.Shares.Concat(wanted.Shares).Any(share => share.Node >= cluster.Nodes.Length || !cluster.Nodes[share.Node].TakesWork);
}
