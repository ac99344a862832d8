using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Reservations;

namespace OrleansCompute.Scheduling.Objectives;

/// <summary>
/// Uses nodes that may be taken back for what suits them. A node whose reclaim was announced is emptied in time: from twice the longest
/// restart of its jobs, and a lead, before it, so that each can write its checkpoint and move. Of the jobs that are placed in a round,
/// those that may not be preempted, or are expected to take long, get the other nodes first, and the rest leave those to them: what each
/// gets of which type, and on how many nodes, stays as the policy within decided. Stateless; as pure as the policy within.
/// </summary>
/// <param name="inner">Decides.</param>
/// <param name="options">How; null for the defaults.</param>
/// <param name="lengths">How long jobs take; null where only what is stated counts.</param>
public sealed class SpotPolicy(ISchedulingPolicy inner, SpotOptions? options = null, JobLengths? lengths = null) : ISchedulingPolicy, IPolicyDecorator
{
    private readonly ISchedulingPolicy _inner = inner ?? throw new ArgumentNullException(nameof(inner));
    private readonly SpotOptions _options = Checked(options ?? new SpotOptions());
    private readonly JobLengths _lengths = lengths ?? JobLengths.None;

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public bool IsElastic => _inner.IsElastic;

    ISchedulingPolicy IPolicyDecorator.Inner => _inner;

    /// <inheritdoc/>
    public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(jobs);
        if (!cluster.Nodes.Any(node => node.IsReclaimable || node.ReclaimSeconds is not null))
        {
            return _inner.Decide(cluster, jobs, nowSeconds);
        }

        var left = Vacate(cluster, jobs, nowSeconds);
        var decisions = _inner.Decide(left, jobs, nowSeconds).ToArray();
        for (var type = 0; type < left.Types.Length; type++)
        {
            Place(left, jobs, decisions, type);
        }

        return decisions;
    }

    private ClusterSnapshot Vacate(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double now)
    {
        var restart = new double[cluster.Nodes.Length];
        foreach (var job in jobs)
        {
            foreach (var share in job.Allocation.Shares)
            {
                restart[share.Node] = Math.Max(restart[share.Node], job.RestartSeconds);
            }
        }

        var nodes = cluster.Nodes;
        for (var node = 0; node < nodes.Length; node++)
        {
            if (!nodes[node].IsDraining && nodes[node].ReclaimSeconds - now <= _options.LeadSeconds + (2 * restart[node]))
            {
                nodes = nodes.SetItem(node, nodes[node] with { IsDraining = true });
            }
        }

        return nodes == cluster.Nodes ? cluster : new ClusterSnapshot(nodes, cluster.Tenants, cluster.History);
    }

    // All jobs of a type that are placed in this round anyway are placed anew; where any would be on more nodes or racks, nothing is changed.
    private void Place(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, JobDecision[] decisions, int type)
    {
        var placed = Enumerable.Range(0, jobs.Count).Where(job => cluster.TypeOf(decisions[job].Allocation) == type
            && decisions[job].Allocation.Device is null && !decisions[job].Allocation.Equals(jobs[job].Allocation)).ToList();
        var steady = placed.Where(job => NeedsSteady(jobs[job])).ToHashSet();
        if (!steady.Any(job => decisions[job].Allocation.Shares.Any(share => IsSpot(cluster, share.Node))))
        {
            return;
        }

        var placer = new GangPlacer(cluster);
        for (var job = 0; job < jobs.Count; job++)
        {
            if (!placed.Contains(job))
            {
                placer.Hold(jobs[job], decisions[job].Allocation, isFixed: true);
            }
        }

        var places = new Dictionary<int, Allocation>();
        foreach (var job in placed.OrderByDescending(steady.Contains).ThenByDescending(job => decisions[job].Allocation.Accelerators))
        {
            var wanted = decisions[job].Allocation;
            var place = placer.Find(jobs[job], type, wanted.Accelerators, mayDisplace: false, node => IsSpot(cluster, node) != steady.Contains(job));
            place = place.IsEmpty || placer.IsWider(place, wanted) ? placer.Find(jobs[job], type, wanted.Accelerators, mayDisplace: false) : place;
            if (place.IsEmpty || placer.IsWider(place, wanted))
            {
                return;
            }

            placer.Take(jobs[job], place);
            places[job] = place;
        }

        foreach (var (job, place) in places)
        {
            decisions[job] = decisions[job] with { Allocation = place };
        }
    }

    private bool NeedsSteady(JobSnapshot job) =>
        !job.IsPreemptible || _lengths.Remaining(job) is { IsKnown: true } length && length.LikelySeconds >= _options.LongSeconds;

    private static bool IsSpot(ClusterSnapshot cluster, int node) =>
        cluster.Nodes[node].IsReclaimable || cluster.Nodes[node].ReclaimSeconds is not null;

    private static SpotOptions Checked(SpotOptions options)
    {
        options.Validate();
        return options;
    }
}
