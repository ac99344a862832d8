using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Scheduling.Reservations;

/// <summary>
/// Keeps any policy from starving a job, lengths unknown: once one has waited for <see cref="ReservationOptions.StarvationSeconds"/>,
/// accelerators of one type are held back for it as <see cref="ReservationPlan"/> says. What jobs that may be preempted hold counts as
/// available: they go on until the gang can start, and then give way. A job that may not be preempted, or not yet, starts on that type
/// only where enough others remain for the gang, or where it is expected to end before the gang could start; the latter not any more
/// once the gang has waited twice as long, as expectations may be wrong. So the gang waits at most for the end of the jobs that could
/// not be preempted when its turn came, and for those before it in line. Tenants' hard limits and guarantees stand: a job that they keep
/// waiting has nothing held back for it. Belongs around the rules for tenants (governance), which it shows what it decided. Stateless;
/// as pure as the policy within.
/// </summary>
/// <param name="inner">Decides about everything else.</param>
/// <param name="options">When; null for the defaults.</param>
/// <param name="lengths">How long jobs are expected to take; null where only what is stated counts.</param>
public sealed class ReservationPolicy(ISchedulingPolicy inner, ReservationOptions? options = null, JobLengths? lengths = null)
    : ISchedulingPolicy, IPolicyDecorator
{
    private readonly ISchedulingPolicy _inner = inner ?? throw new ArgumentNullException(nameof(inner));
    private readonly ReservationOptions _options = Checked(options ?? new ReservationOptions());
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
        var plan = ReservationPlan.Make(cluster, jobs, nowSeconds, IsElastic, _options, _lengths);
        if (plan.Reservations.IsEmpty && !plan.IsHolding.Contains(true))
        {
            return _inner.Decide(cluster, jobs, nowSeconds);
        }

        var round = new CarvedRound(cluster, jobs);
        var fixedJobs = plan.Reservations.IsEmpty ? plan.IsHolding : plan.IsFixed;
        for (var job = 0; job < jobs.Count; job++)
        {
            if (fixedJobs[job])
            {
                round.Pin(job, new JobDecision(jobs[job].Allocation, Keeps(jobs[job], plan.IsHolding[job]), jobs[job].Memo));
            }
        }

        foreach (var reservation in plan.Reservations.Where(reservation => !reservation.Allocation.IsEmpty))
        {
            round.Pin(reservation.Job, new JobDecision(
                reservation.Allocation,
                $"starts on {reservation.Needed} × {cluster.Types[reservation.Type]} before others: it has waited {reservation.WaitedSeconds:0} s, more than {_options.StarvationSeconds:0}",
                jobs[reservation.Job].Memo));
        }

        foreach (var reservation in plan.Reservations.Where(reservation => reservation.Allocation.IsEmpty))
        {
            HoldBack(round, plan, cluster, jobs, reservation, nowSeconds);
        }

        var decisions = round.Decide(_inner, nowSeconds);
        foreach (var reservation in plan.Reservations.Where(reservation => decisions[reservation.Job].Allocation.IsEmpty))
        {
            decisions[reservation.Job] = decisions[reservation.Job] with { Reason = Describe(cluster, reservation) };
        }

        return decisions;
    }

    private void HoldBack(
        CarvedRound round, ReservationPlan plan, ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, Reservation reservation, double now)
    {
        var surplus = CanSpread(cluster, jobs[reservation.Job], reservation)
            ? cluster.AcceleratorsPerType[reservation.Type] - reservation.Needed - plan.FixedOf(reservation.Type)
            : 0;
        var trustsLengths = reservation.WaitedSeconds < 2 * _options.StarvationSeconds;
        var type = cluster.Types[reservation.Type];
        for (var job = 0; job < jobs.Count; job++)
        {
            var snapshot = jobs[job];
            if (job == reservation.Job || round.IsDecided(job) || !snapshot.Accepts(type) || (snapshot.IsPreemptible && snapshot.MinRunSeconds <= 0)
                || !snapshot.Allocation.IsEmpty)
            {
                continue;
            }

            var needed = plan.Needed(snapshot);
            if (needed <= surplus)
            {
                var most = snapshot.MaxAccelerators <= surplus ? snapshot.MaxAccelerators : needed;
                surplus -= most;
                round.Change(job, round.Job(job) with { MaxAccelerators = most });
            }
            else if (!trustsLengths || double.IsInfinity(reservation.StartSeconds)
                || !(now + snapshot.RestartSeconds + _lengths.Remaining(snapshot).HighSeconds <= reservation.StartSeconds))
            {
                round.Forbid(job, type, Describe(cluster, reservation));
            }
        }
    }

    // A gang that must be on few nodes needs just those to become free.
    private static bool CanSpread(ClusterSnapshot cluster, JobSnapshot job, Reservation reservation) =>
        job.Goodput is null || job.Goodput.Goodput(cluster.Types[reservation.Type], reservation.Needed, reservation.Needed) > 0;

    private static string Describe(ClusterSnapshot cluster, Reservation reservation) =>
        $"{cluster.Types[reservation.Type]} is held back for job {reservation.JobId}, which has waited {reservation.WaitedSeconds:0} s and needs {reservation.Needed}; {reservation.Available} of them can be had now";

    private static string Keeps(JobSnapshot job, bool isHolding) => isHolding
        ? $"keeps its {job.Allocation.Accelerators} for a while: it waited long for them"
        : $"keeps its {job.Allocation.Accelerators}: it may not be preempted {(job.IsPreemptible ? "yet" : "")}".TrimEnd();

    private static ReservationOptions Checked(ReservationOptions options)
    {
        options.Validate();
        return options;
    }
}
