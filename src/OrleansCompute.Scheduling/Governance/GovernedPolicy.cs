using OrleansCompute.Scheduling.Fractions;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Reservations;
using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Scheduling.Governance;

/// <summary>
/// A policy under the rules that hold whichever policy it is:
/// <list type="bullet">
/// <item>jobs that ask for the impossible are refused one by one, and the rest goes on;</item>
/// <item>what may not be preempted, or not yet, keeps its place; draining nodes get no new work;</item>
/// <item>tenants: hard quotas, guarantees, lending and borrowing, and hierarchical weighted fair share by dominant resource in measured
/// compute with decayed past use say how much of which type each tenant gets; the policy then runs for each tenant on its part, and
/// once more for what is left over;</item>
/// <item>jobs on parts of accelerators are packed by a packing policy; shared accelerators are emptied for gangs that wait.</item>
/// </list>
/// Where none of that applies (no tenants in the tree, default options, whole accelerators), its decisions are those of the policy
/// alone. Priorities rank the jobs of one tenant; between tenants, shares decide. Thread-safe if the policy is.
/// </summary>
public sealed class GovernedPolicy : ISchedulingPolicy
{
    // Where one is kept another may go; whoever goes then goes.
    private const int MaxSettling = 3;
    private readonly ISchedulingPolicy _inner;
    private readonly GovernanceOptions _options;

    /// <summary>Puts a policy under the rules.</summary>
    /// <param name="inner">Decides within them.</param>
    /// <param name="options">The rules; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public GovernedPolicy(ISchedulingPolicy inner, GovernanceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
        _options = options ?? new GovernanceOptions();
        _options.Validate();
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public bool IsElastic => _inner.IsElastic;

    /// <summary>The policy that decides within the rules.</summary>
    public ISchedulingPolicy Inner => _inner;

    /// <summary>Whether a policy is one under the rules, or has such a one within.</summary>
    public static bool Governs(ISchedulingPolicy policy) =>
        policy is GovernedPolicy || (policy is IPolicyDecorator outer && Governs(outer.Inner));

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The time is no number.</exception>
    public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(jobs);
        if (!double.IsFinite(nowSeconds))
        {
            throw new ArgumentOutOfRangeException(nameof(nowSeconds), nowSeconds, $"nowSeconds is {nowSeconds}; allowed are finite times.");
        }

        var round = new GovernedRound(cluster, jobs, nowSeconds, _options, IsElastic);
        var decisions = Decide(round, null, () => _inner.Decide(cluster, jobs, nowSeconds));
        bool[]? settling = null;
        for (var tries = 0; tries < MaxSettling && _options.SettleRestarts > 0
            && Settling.Add(settling, round.Cluster, round.Jobs, decisions, _options.SettleRestarts, nowSeconds) is { } more; tries++)
        {
            settling = more;
            round = new GovernedRound(cluster, jobs, nowSeconds, _options, IsElastic) { Settling = settling };
            decisions = Decide(round, null, () => _inner.Decide(cluster, jobs, nowSeconds));
        }

        if (_options.MaxDisruptedFraction < 1 && Disruption.Excess(round.Cluster, round.Jobs, decisions, _options.MaxDisruptedFraction) is { } pinned)
        {
            round = new GovernedRound(cluster, jobs, nowSeconds, _options, IsElastic) { Settling = settling };
            decisions = Decide(round, pinned, () => _inner.Decide(cluster, jobs, nowSeconds));
        }

        return JobBatch.Settle(cluster, jobs, decisions);
    }

    private IReadOnlyList<JobDecision> Decide(GovernedRound round, bool[]? pinned, Func<IReadOnlyList<JobDecision>> plain)
    {
        var devices = round.HasParts ? new SharedDevices(round.Cluster, round.Jobs, _options.Packing) : null;
        var kept = round.Pin(pinned, devices);
        if (round.IsPlain)
        {
            return plain();
        }

        if (round.Cluster.Tenants.IsFlat && devices is null)
        {
            Run(round.Rest(), round, round.Open(), _ => true);
        }
        else
        {
            new TenantRound(round, kept, devices ?? new SharedDevices(round.Cluster, round.Jobs, _options.Packing), _inner.IsElastic, Run).Decide();
        }

        return round.Decisions!;
    }

    // The policy on a part of the cluster, with some of the jobs.
    private void Run(ClusterSlice slice, GovernedRound round, List<int> jobs, Func<int, bool> holds)
    {
        if (jobs.Count == 0)
        {
            return;
        }

        var visible = new JobSnapshot[jobs.Count];
        for (var i = 0; i < visible.Length; i++)
        {
            var job = round.Jobs[jobs[i]];
            var allocation = job.Allocation.IsEmpty || !holds(jobs[i]) ? Allocation.None : slice.ToLocal(job.Allocation);
            visible[i] = ReferenceEquals(allocation, job.Allocation) ? job : job with { Allocation = allocation };
        }

        var decisions = _inner.Decide(slice.Cluster, visible, round.Now);
        for (var i = 0; i < visible.Length; i++)
        {
            var global = slice.ToGlobal(decisions[i].Allocation);
            round.Decisions[jobs[i]] = ReferenceEquals(global, decisions[i].Allocation) ? decisions[i] : decisions[i] with { Allocation = global };
            round.NoteGroup(jobs[i], global);
        }
    }
}
