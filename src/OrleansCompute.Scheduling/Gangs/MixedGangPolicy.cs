using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Reservations;

namespace OrleansCompute.Scheduling.Gangs;

/// <summary>
/// Lets jobs that may run on several accelerator types at once take together what the policy within leaves over: one that waits starts,
/// where free ones of several types are enough; one that runs grows, where that makes it faster by more than its restart costs. What a
/// mixed gang holds beyond a part that the policy within would give it is lent: it is left alone for
/// <see cref="MixedGangOptions.HorizonRestarts"/>, and then goes back as soon as the policy gives it to another. Belongs around the rules
/// for tenants (governance), and within <see cref="MixedGangLimits"/>. Stateless; as pure as the policy within.
/// </summary>
/// <param name="inner">Decides first.</param>
/// <param name="options">How; null for the defaults.</param>
/// <param name="cost">Which types are worth their money: a gang grows onto those only. It starts on any, as waiting costs more. Null for all.</param>
public sealed class MixedGangPolicy(ISchedulingPolicy inner, MixedGangOptions? options = null, CostPolicy? cost = null) : ISchedulingPolicy, IPolicyDecorator
{
    private readonly ISchedulingPolicy _inner = inner ?? throw new ArgumentNullException(nameof(inner));
    private readonly MixedGangOptions _options = Checked(options ?? new MixedGangOptions());

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
        if (cluster.Types.Length < 2 || !jobs.Any(job => job.MayMixTypes))
        {
            return _inner.Decide(cluster, jobs, nowSeconds);
        }

        var round = new CarvedRound(cluster, jobs);
        var shown = new Allocation[jobs.Count];
        for (var job = 0; job < jobs.Count; job++)
        {
            shown[job] = jobs[job].Allocation;
            if (cluster.IsMixed(jobs[job].Allocation))
            {
                shown[job] = Show(cluster, jobs[job], nowSeconds, job, round);
            }
        }

        var decisions = round.Decide(_inner, nowSeconds);
        var spare = new SpareAccelerators(cluster, jobs, decisions);
        KeepMixed(cluster, jobs, decisions, shown, spare);
        var open = Enumerable.Range(0, jobs.Count).Where(job => jobs[job].MayMixTypes && IsPlain(jobs[job]) && !cluster.IsMixed(decisions[job].Allocation))
            .OrderByDescending(job => jobs[job].Priority).ThenBy(job => jobs[job].SubmitSeconds).ToArray();
        foreach (var job in open.Where(job => decisions[job].Allocation.IsEmpty))
        {
            Start(cluster, jobs[job], job, decisions, spare);
        }

        var frugal = cost?.Frugal(cluster);
        foreach (var job in IsElastic ? open.Where(job => !decisions[job].Allocation.IsEmpty) : [])
        {
            Grow(cluster, frugal?.Invoke(jobs[job]) ?? jobs[job], job, decisions, spare);
        }

        return decisions;
    }

    // The policy within knows gangs of one type: it sees the part that it might have given, or a job that waits.
    private Allocation Show(ClusterSnapshot cluster, JobSnapshot job, double now, int index, CarvedRound round)
    {
        var isReady = job.Allocation.Shares.All(share => cluster.Nodes[share.Node].TakesWork);
        if (isReady && (!job.IsPreemptible || now - job.AllocatedSeconds < Horizon(job)))
        {
            round.Pin(index, new JobDecision(job.Allocation, $"keeps its mixed gang of {job.Allocation.Accelerators}", job.Memo));
            return job.Allocation;
        }

        var part = isReady
            ? job.Allocation.Shares.GroupBy(share => cluster.TypeOf(share.Node)).Select(group => Allocation.Of([.. group]))
                .MaxBy(allocation => MixedGang.Speed(cluster, job, allocation, _options.Efficiency))!
            : Allocation.None;
        part = IsElastic ? part.Accelerators >= job.MinAccelerators ? part : Allocation.None
            : part.Accelerators == job.RequestedAccelerators ? part : Allocation.None;
        round.Change(index, job with { Allocation = part });
        return part;
    }

    // A mixed gang stays whole where nobody took of it, and nothing better was given.
    private void KeepMixed(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, JobDecision[] decisions, Allocation[] shown, SpareAccelerators spare)
    {
        for (var job = 0; job < jobs.Count; job++)
        {
            var held = jobs[job].Allocation;
            if (!cluster.IsMixed(held) || decisions[job].Allocation.Equals(held))
            {
                continue;
            }

            var given = decisions[job].Allocation;
            spare.Release(jobs[job], given);
            var isBetter = given.Equals(shown[job])
                || Speed(cluster, jobs[job], held) * Horizon(jobs[job]) >= Speed(cluster, jobs[job], given) * (Horizon(jobs[job]) - jobs[job].RestartSeconds)
                || (given.Accelerators < held.Accelerators
                    && Speed(cluster, jobs[job], given) < Speed(cluster, jobs[job], held) * _options.LeastShrinkGain);
            var stays = isBetter && spare.Has(jobs[job], held);
            spare.Take(jobs[job], stays ? held : given);
            decisions[job] = stays ? decisions[job] with { Allocation = held, Reason = $"keeps its mixed gang of {held.Accelerators}" } : decisions[job];
        }
    }

    private void Start(ClusterSnapshot cluster, JobSnapshot job, int index, JobDecision[] decisions, SpareAccelerators spare)
    {
        var needed = IsElastic ? job.MinAccelerators : job.RequestedAccelerators;
        var most = IsElastic ? Math.Min(job.MaxAccelerators, Math.Max(needed, job.RequestedAccelerators)) : needed;
        var best = Allocation.None;
        foreach (var gang in spare.Gangs(job, Allocation.None, needed, most, _options))
        {
            // Of one type alone the policy within could have started it: where it did not, it had a reason, such as a limit of the tenant.
            best = cluster.IsMixed(gang) && Speed(cluster, job, gang) > Speed(cluster, job, best) ? gang : best;
        }

        if (!best.IsEmpty)
        {
            spare.Take(job, best);
            decisions[index] = decisions[index] with { Allocation = best, Reason = $"starts mixed on {cluster.Describe(best)}: of no type alone {needed} are free" };
        }
    }

    private void Grow(ClusterSnapshot cluster, JobSnapshot job, int index, JobDecision[] decisions, SpareAccelerators spare)
    {
        var has = decisions[index].Allocation;
        var speed = Speed(cluster, job, has);

        // Where it starts anyway the larger gang costs nothing; else the restart must be won back within the horizon.
        var cost = has.Equals(job.Allocation) ? Horizon(job) / (Horizon(job) - job.RestartSeconds) : 1;
        var best = Allocation.None;
        foreach (var gang in spare.Gangs(job, has, has.Accelerators + 1, job.MaxAccelerators, _options))
        {
            if (cluster.IsMixed(gang) && Speed(cluster, job, gang) is var faster && faster > speed * cost && faster > Speed(cluster, job, best))
            {
                best = gang;
            }
        }

        if (!best.IsEmpty)
        {
            spare.Release(job, has);
            spare.Take(job, best);
            decisions[index] = decisions[index] with
            {
                Allocation = best, Reason = $"grows mixed to {cluster.Describe(best)}, {Speed(cluster, job, best) / speed:0.0} times as fast as with {has.Accelerators}",
            };
        }
    }

    // Parts of one accelerator are of one type; a gang that must be apart from others is for the policy within.
    private static bool IsPlain(JobSnapshot job) => job.Fraction is null && (job.AffinityGroup.Length == 0 || !job.IsAntiAffine);

    private double Speed(ClusterSnapshot cluster, JobSnapshot job, Allocation allocation) =>
        MixedGang.Speed(cluster, job, allocation, _options.Efficiency);

    private double Horizon(JobSnapshot job) => _options.HorizonRestarts * Math.Max(1, job.RestartSeconds);

    private static MixedGangOptions Checked(MixedGangOptions options)
    {
        options.Validate();
        return options;
    }
}
