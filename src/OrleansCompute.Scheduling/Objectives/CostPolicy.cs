using System.Collections.Immutable;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Reservations;

namespace OrleansCompute.Scheduling.Objectives;

/// <summary>
/// Chooses types by work per money: a job is shown to the policy within as accepting only the types on which its work is cheapest, price
/// and energy together, among those on which it loses no more speed than it may, and the one that it runs on. One that this keeps waiting
/// is asked about once more with all its types: waiting costs more than money. Then, of each type, jobs that start get the nodes on which
/// work is cheapest, as long as they are on no more nodes and racks for it. Types without price and watts cost nothing, so nothing is
/// chosen among them. Stateless; as pure as the policy within.
/// </summary>
/// <param name="inner">Decides.</param>
/// <param name="options">How price weighs; null for the defaults.</param>
public sealed class CostPolicy(ISchedulingPolicy inner, CostOptions? options = null) : ISchedulingPolicy, IPolicyDecorator
{
    private readonly ISchedulingPolicy _inner = inner ?? throw new ArgumentNullException(nameof(inner));
    private readonly CostOptions _options = Checked(options ?? new CostOptions());

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
        var shown = jobs.Select(Frugal(cluster)).ToArray();
        var decisions = _inner.Decide(cluster, shown, nowSeconds);
        var isHeldUp = false;
        for (var job = 0; job < shown.Length; job++)
        {
            if (!ReferenceEquals(shown[job], jobs[job]) && decisions[job].Allocation.IsEmpty)
            {
                (shown[job], isHeldUp) = (jobs[job], true);
            }
        }

        return new CheapPlacement(cluster, jobs, _options).Place(isHeldUp ? _inner.Decide(cluster, shown, nowSeconds) : decisions);
    }

    /// <summary>Types of those that the job accepts on which it gets most work for its money, the cheapest for the same work first.</summary>
    public ImmutableArray<string> Preferred(ClusterSnapshot cluster, JobSnapshot job)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(job);
        return Rank(cluster, job, Costs(cluster));
    }

    /// <summary>Jobs as they are shown to the policy within: accepting the types only that are worth their money, and what they run on.</summary>
    internal Func<JobSnapshot, JobSnapshot> Frugal(ClusterSnapshot cluster)
    {
        var costs = Costs(cluster);
        return job => Prefer(cluster, job, costs);
    }

    private JobSnapshot Prefer(ClusterSnapshot cluster, JobSnapshot job, double[] costs)
    {
        var ranked = Rank(cluster, job, costs);
        if (cluster.TypeOf(job.Allocation) is var current and >= 0 && !ranked.Contains(cluster.Types[current]))
        {
            ranked = ranked.Add(cluster.Types[current]);
        }

        return ranked.Length == 0 || ranked.Length == cluster.Types.Count(job.Accepts) ? job : job with { Types = ranked };
    }

    private ImmutableArray<string> Rank(ClusterSnapshot cluster, JobSnapshot job, double[] costs)
    {
        var count = IsElastic ? job.MinAccelerators : job.RequestedAccelerators;
        var types = Enumerable.Range(0, cluster.Types.Length)
            .Where(type => job.Accepts(cluster.Types[type]) && cluster.AcceleratorsPerType[type] >= count)
            .Select(type => (Type: type, Speed: Speed(cluster, job, type, count))).Where(type => type.Speed > 0)
            .Select(type => (type.Type, type.Speed, Cost: costs[type.Type] * count / type.Speed)).ToList();
        if (types.Count < 2)
        {
            return [.. types.Select(type => cluster.Types[type.Type])];
        }

        // Among those fast enough, the cheapest, and what is hardly dearer; a faster type goes only for a real saving.
        var fastest = types.Max(type => type.Speed);
        var fast = types.Where(type => type.Speed >= (1 - _options.SpeedTolerance) * fastest).ToList();
        var least = fast.Min(type => type.Cost);
        return [.. fast.Where(type => type.Cost * (1 - _options.LeastSaving) <= least).OrderBy(type => type.Cost).Select(type => cluster.Types[type.Type])];
    }

    // Without a model of the job: by the measured score of the type.
    private static double Speed(ClusterSnapshot cluster, JobSnapshot job, int type, int count)
    {
        if (job.Goodput is not null)
        {
            return JobSpeed.Of(cluster, job, type, count);
        }

        for (var node = 0; node < cluster.Nodes.Length; node++)
        {
            if (cluster.TypeOf(node) == type && cluster.Nodes[node].TakesWork)
            {
                return count * cluster.Nodes[node].ScoreGflops;
            }
        }

        return 0;
    }

    private double[] Costs(ClusterSnapshot cluster)
    {
        var (sum, count) = (new double[cluster.Types.Length], new int[cluster.Types.Length]);
        for (var node = 0; node < cluster.Nodes.Length; node++)
        {
            var about = cluster.Nodes[node];
            if (about.TakesWork)
            {
                sum[cluster.TypeOf(node)] += about.Accelerators * _options.CostOf(about);
                count[cluster.TypeOf(node)] += about.Accelerators;
            }
        }

        return [.. sum.Zip(count, (cost, accelerators) => accelerators == 0 ? 0 : cost / accelerators)];
    }

    private static CostOptions Checked(CostOptions options)
    {
        options.Validate();
        return options;
    }
}
