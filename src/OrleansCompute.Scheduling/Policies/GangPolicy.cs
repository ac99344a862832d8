using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>
/// Policies that give each job just what it requested, all of it or nothing: a subclass says in which order jobs are served. Jobs are
/// taken in that order while their gangs fit into what is left of a type; a job that was running and was taken again stays where it is.
/// </summary>
public abstract class GangPolicy : ISchedulingPolicy
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public bool IsElastic => false;

    /// <summary>Whether a job may pass one that waits, where that one does not fit.</summary>
    protected virtual bool MayPass => true;

    /// <summary>Whether running jobs keep what they hold, whatever the order.</summary>
    protected virtual bool KeepsRunning => false;

    /// <summary>
    /// For how many of its restarts a job keeps what it got, whoever is before it: policies that order by something that running itself
    /// changes would else take turns every round, and where a restart takes longer than a round nobody would ever compute.
    /// </summary>
    protected virtual double QuantumRestarts => 0;

    /// <inheritdoc/>
    public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(jobs);
        var decisions = new JobDecision[jobs.Count];
        var memos = new double?[jobs.Count];
        var order = Order(cluster, jobs, nowSeconds, memos);
        var left = cluster.AcceleratorsPerType.ToArray();
        var types = new int[jobs.Count];
        Array.Fill(types, -1);
        var free = new FreeAccelerators(cluster);
        if (KeepsRunning)
        {
            order = [.. order.Where(job => !jobs[job].Allocation.IsEmpty), .. order.Where(job => jobs[job].Allocation.IsEmpty)];
        }

        else if (QuantumRestarts > 0)
        {
            order = [.. order.Where(IsFresh), .. order.Where(job => !IsFresh(job))];
        }

        var isBlocked = false;
        foreach (var job in order)
        {
            if (cluster.IsMixed(jobs[job].Allocation) && !isBlocked && TryKeepMixed(cluster, jobs[job], free, left))
            {
                decisions[job] = new JobDecision(jobs[job].Allocation, $"keeps {cluster.Describe(jobs[job].Allocation)}", memos[job]);
                continue;
            }

            var type = isBlocked ? -1 : ChooseType(cluster, jobs[job], free, left, nowSeconds);
            types[job] = type;
            if (type >= 0)
            {
                left[type] -= jobs[job].RequestedAccelerators;
            }
            else
            {
                decisions[job] = new JobDecision(Allocation.None, WhyWaiting(cluster, jobs[job], left, isBlocked), memos[job]);
                isBlocked |= !MayPass && FitsEver(cluster, jobs[job]);
            }
        }

        Keep(cluster, jobs, types, free, memos, decisions);
        IGangPlacer? placer = null;
        foreach (var job in order.Where(job => types[job] >= 0 && decisions[job] is null))
        {
            placer ??= CreatePlacer(cluster, jobs, free);
            var allocation = placer.Take(job, types[job]);
            decisions[job] = new JobDecision(
                allocation,
                allocation.IsEmpty ? FreeAccelerators.WhyNotPlaced(cluster, jobs[job], types[job])
                    : $"starts on {allocation.Accelerators} × {cluster.Types[types[job]]}, as requested",
                memos[job]);
        }

        return decisions;

        bool IsFresh(int job) =>
            !jobs[job].Allocation.IsEmpty && nowSeconds - jobs[job].AllocatedSeconds < QuantumRestarts * jobs[job].RestartSeconds;
    }

    /// <summary>Indices of all jobs in the order in which they are served, and what to remember of them.</summary>
    protected abstract IReadOnlyList<int> Order(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds, Span<double?> memos);

    /// <summary>How gangs are put onto nodes; by default from the nodes that have most free.</summary>
    private protected virtual IGangPlacer CreatePlacer(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, FreeAccelerators free) =>
        new FreestPlacer(jobs, free);

    private sealed class FreestPlacer(IReadOnlyList<JobSnapshot> jobs, FreeAccelerators free) : IGangPlacer
    {
        public Allocation Take(int job, int type) => free.TakeFromFreest(type, jobs[job].RequestedAccelerators, jobs[job]);
    }

    private static void Keep(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, int[] types, FreeAccelerators free, double?[] memos, JobDecision[] decisions)
    {
        for (var job = 0; job < jobs.Count; job++)
        {
            var allocation = jobs[job].Allocation;
            if (types[job] >= 0 && !allocation.IsEmpty && cluster.TypeOf(allocation) == types[job] && free.Has(allocation, jobs[job]))
            {
                free.Take(allocation, jobs[job]);
                decisions[job] = new JobDecision(allocation, $"keeps its {allocation.Accelerators}", memos[job]);
            }
        }
    }

    // A gang of several types stays as it is, or goes: how such gangs are made up is for those who know their training plan.
    private static bool TryKeepMixed(ClusterSnapshot cluster, JobSnapshot job, FreeAccelerators free, int[] left)
    {
        var allocation = job.Allocation;
        var fits = free.Has(allocation, job);
        for (var type = 0; fits && type < left.Length; type++)
        {
            fits = cluster.CountOf(allocation, type) <= left[type];
        }

        if (fits)
        {
            free.Take(allocation, job);
            for (var type = 0; type < left.Length; type++)
            {
                left[type] -= cluster.CountOf(allocation, type);
            }
        }

        return fits;
    }

    private static bool FitsEver(ClusterSnapshot cluster, JobSnapshot job) =>
        Enumerable.Range(0, cluster.Types.Length).Any(type =>
            cluster.AcceleratorsPerType[type] >= job.RequestedAccelerators && JobSpeed.CanUse(cluster, job, type, job.RequestedAccelerators));

    /// <summary>The type for a job: where it is, if it runs; else where it is fastest among those with enough left; -1 for none.</summary>
    /// <param name="cluster">What there is.</param>
    /// <param name="job">The job.</param>
    /// <param name="free">What no job has been given yet this round; jobs that keep their place are not taken off.</param>
    /// <param name="left">Accelerators of each type that no job has been given this round.</param>
    /// <param name="nowSeconds">The time.</param>
    protected virtual int ChooseType(
        ClusterSnapshot cluster, JobSnapshot job, FreeAccelerators free, IReadOnlyList<int> left, double nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(free);
        ArgumentNullException.ThrowIfNull(left);
        var current = cluster.TypeOf(job.Allocation);
        if (current >= 0 && free.Has(job.Allocation, job) && job.Allocation.Accelerators == job.RequestedAccelerators
            && job.CanUse(cluster.Types[current], job.Allocation.Nodes, job.RequestedAccelerators))
        {
            return left[current] >= job.RequestedAccelerators ? current : -1;
        }

        var (best, bestSpeed) = (-1, double.NegativeInfinity);
        for (var type = 0; type < left.Count; type++)
        {
            if (left[type] >= job.RequestedAccelerators && JobSpeed.CanUse(cluster, job, type, job.RequestedAccelerators))
            {
                var speed = job.Goodput is null ? 0 : JobSpeed.Of(cluster, job, type, job.RequestedAccelerators);
                if (speed > bestSpeed)
                {
                    (best, bestSpeed) = (type, speed);
                }
            }
        }

        return best;
    }

    private static string WhyWaiting(ClusterSnapshot cluster, JobSnapshot job, int[] left, bool isBlocked)
    {
        var accepted = Enumerable.Range(0, left.Length).Where(type => job.Accepts(cluster.Types[type])).ToList();
        var useful = accepted.FindAll(type => JobSpeed.CanUse(cluster, job, type, job.RequestedAccelerators));
        var offers = string.Join(", ", useful.Select(type => $"{left[type]} of {cluster.AcceleratorsPerType[type]} × {cluster.Types[type]}"));
        return useful.Count == 0 && accepted.Count > 0
            ? $"needs {job.RequestedAccelerators}; its speed on so many is 0 on each type that it accepts ({string.Join(", ", accepted.Select(type => cluster.Types[type]))})"
            : !FitsEver(cluster, job)
            ? $"needs {job.RequestedAccelerators}; the cluster never has so many of one type that it accepts ({offers})"
            : isBlocked
                ? $"needs {job.RequestedAccelerators}; a job that came first waits"
                : $"needs {job.RequestedAccelerators}; left for it: {(offers.Length == 0 ? "none" : offers)}";
    }
}
