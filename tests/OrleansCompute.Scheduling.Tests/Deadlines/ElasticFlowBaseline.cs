using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Scheduling.Tests.Deadlines;

/// <summary>
/// ElasticFlow (ASPLOS 2023) as its paper describes it, on one type: time in slots; the minimum satisfactory share of each job with a
/// deadline, the earliest first (its algorithm 1), then what is left by the largest marginal return (its algorithm 2). It knows no
/// restart costs, and no jobs that may not be touched.
/// </summary>
internal sealed class ElasticFlowBaseline(double slotSeconds) : ISchedulingPolicy
{
    public string Name => "elasticflow";

    public bool IsElastic => true;

    public bool Admits(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, JobSnapshot job, double now) =>
        Shares(cluster, [.. jobs.Where(other => other.DeadlineSeconds is not null), job], now) is not null;

    public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var due = jobs.Where(job => job.DeadlineSeconds > nowSeconds).ToList();
        while (due.Count > 0)
        {
            if (Shares(cluster, due, nowSeconds) is { } shares)
            {
                counts = shares;
                break;
            }

            // Who cannot make it any more is a job like any other.
            due.RemoveAt(due.FindIndex(job => Shares(cluster, [.. due.Where(other => other != job)], nowSeconds) is not null) is var index and >= 0 ? index : due.Count - 1);
        }

        var left = cluster.Accelerators - counts.Values.Sum();
        while (left > 0)
        {
            var best = jobs.Where(job => counts.GetValueOrDefault(job.Id) < job.MaxAccelerators && Next(job, counts) - counts.GetValueOrDefault(job.Id) <= left)
                .MaxBy(job => (Speed(job, Next(job, counts)) - Speed(job, counts.GetValueOrDefault(job.Id))) / Speed(job, 1) / (Next(job, counts) - counts.GetValueOrDefault(job.Id)));
            if (best is null)
            {
                break;
            }

            left -= Next(best, counts) - counts.GetValueOrDefault(best.Id);
            counts[best.Id] = Next(best, counts);
        }

        var free = new FreeAccelerators(cluster);
        var decisions = new JobDecision[jobs.Count];
        for (var i = 0; i < jobs.Count; i++)
        {
            if (jobs[i].Allocation.Accelerators == counts.GetValueOrDefault(jobs[i].Id) && free.Has(jobs[i].Allocation))
            {
                free.Take(jobs[i].Allocation);
                decisions[i] = new JobDecision(jobs[i].Allocation, "keeps");
            }
        }

        for (var i = 0; i < jobs.Count; i++)
        {
            decisions[i] ??= new JobDecision(free.TakeConsolidated(0, counts.GetValueOrDefault(jobs[i].Id)), "gets");
        }

        return decisions;
    }

    private static int Next(JobSnapshot job, Dictionary<string, int> counts) => Math.Max(job.MinAccelerators, counts.GetValueOrDefault(job.Id) + 1);

    private static double Speed(JobSnapshot job, int count) => count == 0 ? 0 : job.Goodput!.Goodput("A", 1, count);

    // The share of each in the first slot; null where not all make it.
    private Dictionary<string, int>? Shares(ClusterSnapshot cluster, List<JobSnapshot> jobs, double now)
    {
        if (jobs.Count == 0)
        {
            return [];
        }

        var slots = (int)Math.Max(1, Math.Floor((jobs.Max(job => job.DeadlineSeconds!.Value) - now) / slotSeconds));
        var free = Enumerable.Repeat(cluster.Accelerators, slots).ToArray();
        var result = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var job in jobs.OrderBy(job => job.DeadlineSeconds))
        {
            var held = job.Allocation.IsEmpty ? job.RequestedAccelerators : job.Allocation.Accelerators;
            var work = JobLengths.None.Remaining(job).LikelySeconds * Speed(job, held);
            var until = (int)Math.Floor((job.DeadlineSeconds!.Value - now) / slotSeconds);
            var count = Enumerable.Range(job.MinAccelerators, Math.Max(0, Math.Min(job.MaxAccelerators, cluster.Accelerators) - job.MinAccelerators + 1))
                .FirstOrDefault(count => free.Take(until).Sum(f => slotSeconds * Speed(job, f < job.MinAccelerators ? 0 : Math.Min(f, count))) >= work);
            if (count == 0)
            {
                return null;
            }

            for (var slot = 0; slot < Math.Min(until, slots); slot++)
            {
                var taken = free[slot] < job.MinAccelerators ? 0 : Math.Min(free[slot], count);
                free[slot] -= taken;
                if (slot == 0)
                {
                    result[job.Id] = taken;
                }
            }
        }

        return result;
    }
}
