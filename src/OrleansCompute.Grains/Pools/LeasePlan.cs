using System.Collections.Immutable;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Scheduling.Model;
using NodeSnapshot = OrleansCompute.Contracts.Nodes.NodeSnapshot;

namespace OrleansCompute.Grains.Pools;

/// <summary>
/// Turns decisions into leases: what is free now is given, what a job holds too much of is asked back, what is still held by another is
/// given in a later round, when that one has returned it. The decisions may be of a moment ago: jobs and nodes that have gone since are
/// left out, so that nothing is given twice whatever happened meanwhile. A gang starts when its least number is there, never with less.
/// Pure, but for the state that it reads.
/// </summary>
internal sealed class LeasePlan
{
    private const double Tolerance = 1e-9;
    private readonly PoolGrainState _state;
    private readonly PoolBook _book;
    private readonly PoolLayout _layout;
    private readonly HostRoom _hosts;
    private readonly IReadOnlySet<long> _yielding;
    private readonly DateTimeOffset _now;

    // Announced after the question, perhaps.
    private readonly DateTimeOffset _emptyUpTo;

    // Of nodes that were looked at; a decision about a few jobs needs few.
    private readonly Dictionary<(string Node, string Accelerator), (double Compute, long Memory)> _used = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    private LeasePlan(PoolGrainState state, PoolBook book, PoolQuestion question, IReadOnlySet<long> yielding, DateTimeOffset now) =>
        (_state, _book, _hosts, _layout, _yielding, _now, _emptyUpTo) =
        (state, book, new HostRoom(book), question.Layout, yielding, now, now + question.ReclaimLead);

    /// <summary>The changes, those that take first.</summary>
    public static IReadOnlyList<JobChange> Make(
        PoolGrainState state, PoolQuestion question, IReadOnlyList<JobDecision?> decisions, IReadOnlySet<long> yielding, DateTimeOffset now) =>
        Make(state, new PoolBook(state), question, decisions, yielding, now, new OwedJobs());

    /// <summary>The changes, those that take first.</summary>
    /// <param name="state">The pool now.</param>
    /// <param name="book">Its jobs and leases.</param>
    /// <param name="question">What the policy was asked.</param>
    /// <param name="decisions">One per job of the question; null where it keeps what it has.</param>
    /// <param name="yielding">Leases that jobs were asked to give back.</param>
    /// <param name="now">The time.</param>
    /// <param name="owed">Jobs that were decided to hold more than they get now: changed for those that have a decision.</param>
    public static IReadOnlyList<JobChange> Make(
        PoolGrainState state, PoolBook book, PoolQuestion question, IReadOnlyList<JobDecision?> decisions, IReadOnlySet<long> yielding, DateTimeOffset now,
        OwedJobs owed)
    {
        var plan = new LeasePlan(state, book, question, yielding, now);
        var changes = new List<JobChange>();
        for (var i = 0; i < decisions.Count; i++)
        {
            if (decisions[i] is not { } decision)
            {
                continue;
            }

            var id = question.Jobs[i].Id;
            owed.Remove(id);
            var leases = book.OfJob(id);
            if ((leases.Count > 0 || !decision.Allocation.IsEmpty) && book.Find(id) is { } job)
            {
                var change = plan.Change(job, leases, decision);
                if (change is not null)
                {
                    changes.Add(change);
                }

                if (leases.Count + (change?.Grants.Length ?? 0) < decision.Allocation.Accelerators)
                {
                    owed.Add(id);
                }
            }
        }

        return [.. changes.OrderBy(change => change.Yields.IsEmpty)];
    }

    private JobChange? Change(PooledJob job, IReadOnlyList<Lease> leases, JobDecision decision)
    {
        var target = decision.Allocation;
        var held = leases.Where(lease => !_yielding.Contains(lease.Id)).ToList();
        var kept = new List<Lease>();
        var grants = new List<NewLease>();
        foreach (var share in target.Shares)
        {
            var member = _layout[share.Node];
            var here = held.Where(lease => lease.Node == member.Node && lease.Kind == member.Kind && Fits(lease, target)).Take(share.Accelerators).ToList();
            kept.AddRange(here);
            grants.AddRange(Find(member, share.Accelerators - here.Count, target.Device, job.Request, grants.Count(grant => grant.Node == member.Node)));
        }

        var yields = held.Except(kept).Select(lease => lease.Id).ToImmutableArray();
        var isSpent = target.IsEmpty && job.Request.Budget is { } budget && job.Spent >= (double)budget;
        if (!yields.IsEmpty && !isSpent && (!job.Request.IsPreemptible || (_now - job.AllocatedAt).TotalSeconds < job.Request.MinRunSeconds))
        {
            // It keeps what it has: others get theirs when it ends. But who has no money left stops, whatever it asked for.
            yields = [];
            grants.Clear();
        }

        if (held.Count == 0 && (leases.Count > 0 || grants.Count < job.Request.MinAccelerators))
        {
            // Stops yet, or waits for others to give theirs back: nothing is held meanwhile, so that two gangs never wait for each other.
            grants.Clear();
        }
        else if (held.Count - yields.Length + grants.Count < job.Request.MinAccelerators)
        {
            // A part of the gang goes and its replacement is not there: all of it goes, and starts again when it is.
            grants.Clear();
            yields = target.IsEmpty || yields.Length == held.Count ? [.. held.Select(lease => lease.Id)] : [];
        }

        foreach (var grant in grants)
        {
            Use(grant.Node, grant.Accelerator, grant.ComputeShareFraction, grant.MemoryBytes);
            _hosts.Take(grant.Node, job.Request, grant.ComputeShareFraction);
        }

        return grants.Count == 0 && yields.IsEmpty ? null : new JobChange(job, [.. grants], yields, decision.Reason, decision.Batch);
    }

    private static bool Fits(Lease lease, Allocation target) =>
        target.Device is { } part ? lease.ComputeShareFraction == part.ComputeShare && lease.MemoryBytes == part.MemoryBytes : lease.ComputeShareFraction >= 1;

    // A machine of several kinds is several members: what the job gets of it as another one, before it is counted as used.
    private IReadOnlyList<NewLease> Find(PoolLayout.Member member, int count, DeviceShare? part, JobRequest request, int others)
    {
        if (count <= 0 || !_state.Nodes.TryGetValue(member.Node, out var node) || node.State == NodeState.Lost || node.Incarnation != member.Incarnation
            || _state.Draining.Contains(member.Node) || (_state.Reclaims.TryGetValue(member.Node, out var end) && end <= _emptyUpTo))
        {
            return [];
        }

        if (_seen.Add(member.Node))
        {
            foreach (var lease in _book.OfNode(member.Node))
            {
                Use(lease.Node, lease.Accelerator, lease.ComputeShareFraction, lease.MemoryBytes);
            }
        }

        var (compute, memory) = part is { } share ? (share.ComputeShare, share.MemoryBytes) : (1.0, 0L);

        count = _hosts.Fitting(node, request, compute, count + others) - others;

        // The device that was decided on, for a part; another of the node where that is not there yet. The fastest first, for whole ones.
        var order = part is { } wanted
            ? member.Accelerators.OrderByDescending(device => device.Name == member.Accelerators[wanted.Device].Name)
                .ThenByDescending(device => _used.GetValueOrDefault((member.Node, device.Name)).Compute)
            : member.Accelerators.OrderByDescending(device => device.ScoreGflops);
        return
        [
            .. order.Where(device => IsFree(node, device.Name, compute, memory)).Take(count).Select(device => new NewLease(
                member.Node, member.Incarnation, device.Name, member.Kind, device.ScoreGflops, compute, memory)),
        ];
    }

    private bool IsFree(NodeSnapshot node, string accelerator, double compute, long memory)
    {
        var (usedCompute, usedMemory) = _used.GetValueOrDefault((node.Name, accelerator));
        var has = node.Accelerators.First(slot => slot.Accelerator.Name == accelerator).Accelerator.MemoryBytes;
        return usedCompute + compute <= 1 + Tolerance && (has == 0 || usedMemory + memory <= has);
    }

    private void Use(string node, string accelerator, double compute, long memory)
    {
        var (usedCompute, usedMemory) = _used.GetValueOrDefault((node, accelerator));
        _used[(node, accelerator)] = (usedCompute + compute, usedMemory + memory);
    }
}
