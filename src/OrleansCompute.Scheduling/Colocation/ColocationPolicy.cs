using OrleansCompute.Scheduling.Mixing;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Reservations;

namespace OrleansCompute.Scheduling.Colocation;

/// <summary>
/// Lets two jobs compute on the same accelerators where both together get on better so, as far as it is known how fast each is beside the
/// other (<see cref="JobSnapshot.Colocation"/>). Which, is decided with the values of <see cref="MixedTypePolicy"/>: two jobs on a type are
/// worth the sum of what each is worth there, times the part of its speed that it keeps. The policy within then sees each pair as one job
/// of that worth, so that whatever it does, and all that is around it, counts the accelerators once.
/// <list type="bullet">
/// <item>Never more than two; both of one tenant, one priority and one size; each keeps at least
/// <see cref="ColocationOptions.MinSpeedFraction"/> of its speed.</item>
/// <item>Nothing is moved that may not be; the one that runs where both will run goes on there without a restart, and a pair stays one by
/// the same bonus as a job stays where it is.</item>
/// <item>Jobs with a deadline, a budget, an affinity group, a part of an accelerator or several types have their accelerators to themselves,
/// and so has every job of a round in which one is elastic: more or fewer accelerators are what balances those.</item>
/// <item>Where no job knows how it does beside others, decisions are those of the policy within.</item>
/// </list>
/// Stateless; as pure as the policy within.
/// </summary>
public sealed class ColocationPolicy : ISchedulingPolicy, IPolicyDecorator
{
    private readonly ISchedulingPolicy _inner;
    private readonly ColocationOptions _options;
    private readonly MixedTypeOptions _mixed;

    /// <summary>A policy.</summary>
    /// <param name="inner">Decides about pairs, and about jobs that are in none.</param>
    /// <param name="options">Which pairs; null for the defaults.</param>
    /// <param name="mixed">How jobs are weighed, as the policy within does; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public ColocationPolicy(ISchedulingPolicy inner, ColocationOptions? options = null, MixedTypeOptions? mixed = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
        _options = options ?? new ColocationOptions();
        _options.Validate();
        _mixed = mixed ?? new MixedTypeOptions();
        _mixed.Validate();
    }

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
        var shared = jobs.Any(job => job.Colocation is not null) ? Pairs(cluster, jobs, nowSeconds) : [];
        return shared.Count == 0 && !jobs.Any(job => job.SharesWith.Length > 0)
            ? _inner.Decide(cluster, jobs, nowSeconds)
            : new PairedRound(cluster, jobs, shared, _mixed).Decide(_inner, nowSeconds);
    }

    private List<JobPair> Pairs(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds)
    {
        if (_options.PairCandidates == 0 || jobs.Any(job => job.MinAccelerators != job.RequestedAccelerators || job.MaxAccelerators != job.RequestedAccelerators))
        {
            return [];
        }

        var finder = new PairFinder(cluster, jobs, nowSeconds, _options, _mixed);
        var found = finder.Find();
        if (found.Count == 0)
        {
            return [];
        }

        var left = cluster.AcceleratorsPerType.ToArray();
        var chosen = new List<JobPair>();
        foreach (var tier in Enumerable.Range(0, jobs.Count).GroupBy(job => jobs[job].Priority).OrderByDescending(tier => tier.Key))
        {
            chosen.AddRange(PairSelection.Of([.. tier], finder.Alone, job => jobs[job].RequestedAccelerators, left, found, _options, _mixed));
        }

        return chosen;
    }
}
