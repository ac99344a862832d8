using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Reservations;

namespace OrleansCompute.Scheduling.Objectives;

/// <summary>
/// Moves jobs that hold accelerators of one node to others, where that lets a gang be together: one that waits because what is free is on
/// too many nodes, or one that this round would spread although it is faster on one. Only jobs that may be preempted and have run as long
/// as they were promised are moved, each whole to one node, and only where what the gang gains is worth more than the restarts cost.
/// Stateless; as pure as the policy within.
/// </summary>
/// <param name="inner">Decides first.</param>
/// <param name="options">How; null for the defaults.</param>
/// <param name="lengths">How long jobs take; null where only what is stated counts.</param>
public sealed class DefragmentationPolicy(ISchedulingPolicy inner, DefragmentationOptions? options = null, JobLengths? lengths = null)
    : ISchedulingPolicy, IPolicyDecorator
{
    private readonly ISchedulingPolicy _inner = inner ?? throw new ArgumentNullException(nameof(inner));
    private readonly DefragmentationOptions _options = Checked(options ?? new DefragmentationOptions());
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
        var decisions = _inner.Decide(cluster, jobs, nowSeconds).ToArray();
        var free = Free(cluster, decisions);
        var moves = _options.MaxMoves;
        foreach (var job in Enumerable.Range(0, jobs.Count).Where(job => jobs[job].Goodput is not null && jobs[job].Fraction is null && IsPlain(jobs[job]))
            .OrderByDescending(job => jobs[job].Priority).ThenBy(job => jobs[job].SubmitSeconds))
        {
            for (var type = 0; type < cluster.Types.Length && moves > 0; type++)
            {
                var gain = Gain(cluster, jobs[job], decisions[job].Allocation, type, free, out var count);
                if (gain > 0 && Best(cluster, jobs, decisions, free, job, type, count, nowSeconds, moves) is { } plan
                    && gain >= _options.GainFactor * plan.Cost)
                {
                    moves -= plan.Moves.Count;
                    Apply(cluster, jobs, decisions, free, job, plan, count);
                    break;
                }
            }
        }

        return decisions;
    }

    // Accelerator-seconds that the gang gains by being on one node.
    private double Gain(ClusterSnapshot cluster, JobSnapshot job, Allocation given, int type, int[] free, out int count)
    {
        count = given.IsEmpty ? IsElastic ? job.MinAccelerators : job.RequestedAccelerators : given.Accelerators;
        var name = cluster.Types[type];
        if (count > cluster.LargestNodePerType[type] || !job.Accepts(name) || job.Goodput!.Goodput(name, 1, count) is not (> 0 and var together))
        {
            return 0;
        }

        var horizon = _lengths.Remaining(job) is { IsKnown: true } length ? Math.Min(_options.HorizonSeconds, length.LikelySeconds) : _options.HorizonSeconds;
        if (given.IsEmpty)
        {
            var (all, largest) = FreeOf(cluster, free, type);
            return all >= count && largest < count && job.Goodput.Goodput(name, 2, count) <= 0 ? count * horizon : 0;
        }

        var isNew = !given.Equals(job.Allocation) && given.Nodes > 1 && cluster.TypeOf(given) == type;
        return isNew ? count * horizon * Math.Max(0, 1 - (job.Goodput.Goodput(name, given.Nodes, count) / together)) : 0;
    }

    private static (int All, int Largest) FreeOf(ClusterSnapshot cluster, int[] free, int type)
    {
        var (all, largest) = (0, 0);
        for (var node = 0; node < free.Length; node++)
        {
            if (cluster.TypeOf(node) == type)
            {
                (all, largest) = (all + free[node], Math.Max(largest, free[node]));
            }
        }

        return (all, largest);
    }

    private static MovePlan? Best(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, JobDecision[] decisions, int[] free, int gang, int type, int count, double now, int maxMoves)
    {
        MovePlan? best = null;
        for (var node = 0; node < free.Length; node++)
        {
            if (cluster.TypeOf(node) == type && cluster.Nodes[node].TakesWork && cluster.Nodes[node].Accelerators >= count
                && Clear(cluster, jobs, decisions, free, gang, node, count, now, maxMoves) is { } plan && (best is null || plan.Cost < best.Cost))
            {
                best = plan;
            }
        }

        return best;
    }

    // The cheapest jobs of the node go, each to the tightest node that has room for it, until the gang fits.
    private static MovePlan? Clear(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, JobDecision[] decisions, int[] free, int gang, int node, int count, double now, int maxMoves)
    {
        var left = (int[])free.Clone();
        foreach (var share in decisions[gang].Allocation.Shares)
        {
            left[share.Node] += share.Accelerators;
        }

        var plan = new MovePlan(node);
        var movable = Enumerable.Range(0, jobs.Count).Where(job => job != gang && decisions[job].Allocation is { Device: null, Nodes: 1 } held
            && held.Shares[0].Node == node && jobs[job].IsPreemptible && IsPlain(jobs[job]) && now - jobs[job].AllocatedSeconds >= jobs[job].MinRunSeconds)
            .OrderBy(job => Cost(jobs[job], decisions[job].Allocation) / decisions[job].Allocation.Accelerators).ThenByDescending(job => decisions[job].Allocation.Accelerators);
        foreach (var job in movable)
        {
            if (left[node] >= count || plan.Moves.Count == maxMoves)
            {
                break;
            }

            var held = decisions[job].Allocation.Accelerators;
            var target = Enumerable.Range(0, left.Length).Where(other => other != node && cluster.TypeOf(other) == cluster.TypeOf(node) && left[other] >= held)
                .OrderBy(other => left[other]).Select(other => (int?)other).FirstOrDefault();
            if (target is { } to)
            {
                plan.Moves.Add((job, to));
                plan.Cost += Cost(jobs[job], decisions[job].Allocation);
                left[to] -= held;
                left[node] += held;
            }
        }

        return left[node] >= count && plan.Moves.Count > 0 ? plan : null;
    }

    // A job that starts in this round loses nothing by starting elsewhere.
    private static double Cost(JobSnapshot job, Allocation given) => given.Equals(job.Allocation) ? job.RestartSeconds * given.Accelerators : 0;

    private static void Apply(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, JobDecision[] decisions, int[] free, int gang, MovePlan plan, int count)
    {
        Add(free, decisions[gang].Allocation, 1);
        foreach (var (job, target) in plan.Moves)
        {
            Add(free, decisions[job].Allocation, 1);
            var there = Allocation.Of([new NodeShare(target, decisions[job].Allocation.Accelerators)]);
            Add(free, there, -1);
            decisions[job] = decisions[job] with { Allocation = there, Reason = $"moves to {cluster.Nodes[target].Name}, so that job {jobs[gang].Id} is together on {cluster.Nodes[plan.Node].Name}" };
        }

        var together = Allocation.Of([new NodeShare(plan.Node, count)]);
        Add(free, together, -1);
        decisions[gang] = decisions[gang] with
        {
            Allocation = together, Reason = $"gets {cluster.Describe(together)}, after {plan.Moves.Count} job{(plan.Moves.Count == 1 ? "" : "s")} made room",
        };
    }

    // What hosts and groups ask of a place is for the policy within.
    private static bool IsPlain(JobSnapshot job) =>
        job is { CpuCoresPerAccelerator: 0, HostMemoryBytesPerAccelerator: 0 } && (job.AffinityGroup.Length == 0 || !job.IsAntiAffine);

    private static int[] Free(ClusterSnapshot cluster, IReadOnlyList<JobDecision> decisions)
    {
        var free = cluster.Nodes.Select(node => node.TakesWork ? node.Accelerators : 0).ToArray();
        foreach (var decision in decisions)
        {
            Add(free, decision.Allocation, -1);
        }

        return free;
    }

    private static void Add(int[] free, Allocation allocation, int sign)
    {
        // An accelerator in parts counts as held by each; a node with such ones is no place for a gang.
        foreach (var share in allocation.Shares)
        {
            free[share.Node] += sign * share.Accelerators;
        }
    }

    private static DefragmentationOptions Checked(DefragmentationOptions options)
    {
        options.Validate();
        return options;
    }

    private sealed class MovePlan(int node)
    {
        public int Node { get; } = node;

        public List<(int Job, int Target)> Moves { get; } = [];

        public double Cost { get; set; }
    }
}
