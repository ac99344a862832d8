using System.Globalization;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Reservations;

namespace OrleansCompute.Scheduling.Deadlines;

/// <summary>
/// Gives jobs with deadlines the smallest share that still meets them, as <see cref="DeadlinePlan"/> finds it, and leaves the rest to the
/// policy within, so that other jobs lose no more than that. What that policy leaves unused goes to them as well, where it saves clearly
/// more than a restart. Who may be preempted, on whole accelerators or on parts, makes room. Where not all can be met, who came first is served: a later job with an earlier deadline, which admission would
/// have refused, takes nothing from it. A job that can no longer make its deadline, or whose tenant's limit is reached, is one like any
/// other. Belongs around the rules for tenants (governance). Stateless; as pure as the policy within.
/// </summary>
/// <param name="inner">Decides about everything else.</param>
/// <param name="options">How deadlines are planned; null for the defaults.</param>
/// <param name="lengths">How long jobs take; null where only what is stated counts.</param>
public sealed class DeadlinePolicy(ISchedulingPolicy inner, DeadlineOptions? options = null, JobLengths? lengths = null)
    : ISchedulingPolicy, IPolicyDecorator
{
    // Twice the restart must be saved: an expected end is no promise.
    private const double GrowthRestarts = 2;
    private readonly ISchedulingPolicy _inner = inner ?? throw new ArgumentNullException(nameof(inner));
    private readonly DeadlineOptions _options = Checked(options ?? new DeadlineOptions());
    private readonly JobLengths _lengths = lengths ?? JobLengths.None;

    /// <inheritdoc/>
    public string Name => _inner.Name;

    ISchedulingPolicy IPolicyDecorator.Inner => _inner;

    /// <inheritdoc/>
    public bool IsElastic => _inner.IsElastic;

    /// <inheritdoc/>
    public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(jobs);
        if (!jobs.Any(job => DeadlinePlan.IsPlanned(job, _lengths, nowSeconds)))
        {
            return _inner.Decide(cluster, jobs, nowSeconds);
        }

        var plan = DeadlinePlan.MakeFair(cluster, jobs, nowSeconds, IsElastic, _options, _lengths, Kept(cluster, jobs, nowSeconds));
        var round = new CarvedRound(cluster, jobs, displacesParts: true);
        var pinned = Pin(cluster, jobs, nowSeconds, plan, round);
        var decisions = round.Decide(_inner, nowSeconds);

        // Where tenants keep what they do not use for themselves, idle is not free.
        if (IsElastic && !cluster.Tenants.Tenants.Any(tenant => tenant.LendingLimit is not null))
        {
            Grow(cluster, jobs, decisions, pinned);
        }

        var planned = plan.Planned.ToHashSet();
        for (var job = 0; job < jobs.Count; job++)
        {
            if (decisions[job].Allocation.IsEmpty && !planned.Contains(job) && DeadlinePlan.IsPlanned(jobs[job], _lengths, nowSeconds))
            {
                decisions[job] = decisions[job] with { Reason = decisions[job].Reason + "; its deadline cannot be met any more" };
            }
        }

        return decisions;
    }

    private static List<int> Pin(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double now, DeadlinePlan plan, CarvedRound round)
    {
        var pinned = new List<int>();
        foreach (var (share, place, isKept) in DeadlinePlaces.Find(cluster, jobs, now, plan))
        {
            var (job, type) = (jobs[share.Job], cluster.Types[share.Type]);
            var reason = place.IsEmpty
                ? $"waits for jobs with earlier deadlines; {Amount(share.Accelerators, job)} × {type} are planned for it, enough for its own"
                : $"{(isKept ? "keeps" : "gets")} {Amount(place.Accelerators, job)} × {type}, the least that meets its deadline in {(job.DeadlineSeconds!.Value - now) / 60:0} min";
            round.Pin(share.Job, new JobDecision(place, reason, job.Memo));
            if (!place.IsEmpty)
            {
                pinned.Add(share.Job);
            }
        }

        return pinned;
    }

    private static string Amount(int accelerators, JobSnapshot job) =>
        (accelerators * (job.Fraction?.ComputeShare ?? 1)).ToString("0.###", CultureInfo.InvariantCulture);

    // What is promised to tenants, as far as their jobs without deadlines want it.
    private int[] Kept(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double now)
    {
        var room = new TenantRoom(cluster, jobs, job => !DeadlinePlan.IsPlanned(jobs[job], _lengths, now));
        return [.. Enumerable.Range(0, cluster.Types.Length).Select(type => room.Promised(null, type))];
    }

    private void Grow(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, JobDecision[] decisions, List<int> pinned)
    {
        var placer = new GangPlacer(cluster);
        for (var job = 0; job < jobs.Count; job++)
        {
            placer.Hold(jobs[job], decisions[job].Allocation, isFixed: true);
        }

        var room = new TenantRoom(cluster, [.. jobs.Select((job, i) => job with { Allocation = decisions[i].Allocation })]);

        foreach (var job in pinned.Where(job => jobs[job].Fraction is null))
        {
            var has = decisions[job].Allocation;
            var before = jobs[job].Allocation;
            if (before.Accelerators > has.Accelerators && DeadlinePlaces.Part(before, has.Accelerators).Equals(has))
            {
                // It would have to give some back, but nobody takes them.
                placer.Release(jobs[job], has);
                var stays = room.Allows(jobs[job].Tenant, cluster.TypeOf(has), before.Accelerators - has.Accelerators) && placer.HasRoom(jobs[job], before);
                placer.Take(jobs[job], stays ? before : has);
                room.Charge(jobs[job].Tenant, cluster.TypeOf(has), stays ? before.Accelerators - has.Accelerators : 0);
                decisions[job] = stays ? decisions[job] with { Allocation = before, Reason = $"keeps its {before.Accelerators}, as nobody else uses them" } : decisions[job];
                continue;
            }

            var type = cluster.TypeOf(has);
            var speeds = new DeadlineSpeeds(cluster, jobs[job], IsElastic);
            var free = placer.FreeOf(type);
            var index = speeds.Floor(type, has.Accelerators + free);
            var count = index < 0 ? 0 : speeds.Counts(type)[index];
            var work = DeadlinePlan.Work(cluster, jobs[job], _lengths);
            var saved = count <= has.Accelerators ? 0 : (work / speeds.Speed(type, speeds.Floor(type, has.Accelerators))) - (work / speeds.Speed(type, index));
            if (saved <= GrowthRestarts * jobs[job].RestartSeconds || !room.Allows(jobs[job].Tenant, type, count - has.Accelerators))
            {
                continue;
            }

            placer.Release(jobs[job], has);
            var larger = placer.Find(jobs[job], type, count, mayDisplace: false);
            placer.Take(jobs[job], larger.IsEmpty ? has : larger);
            if (!larger.IsEmpty)
            {
                room.Charge(jobs[job].Tenant, type, count - has.Accelerators);
                decisions[job] = decisions[job] with
                {
                    Allocation = larger, Reason = $"gets {count} × {cluster.Types[type]}: {has.Accelerators} would meet its deadline, the others nobody uses",
                };
            }
        }
    }

    private static DeadlineOptions Checked(DeadlineOptions options)
    {
        options.Validate();
        return options;
    }
}
