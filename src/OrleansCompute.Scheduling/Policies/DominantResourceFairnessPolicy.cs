using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>
/// Dominant resource fairness (NSDI 2011) over accelerator types: progressive filling, where the next job comes from the tenant whose
/// largest share of any type, divided by its jobs' weight, is smallest. A tenant's jobs are served in the order of their submission.
/// </summary>
public sealed class DominantResourceFairnessPolicy : GangPolicy
{
    /// <inheritdoc/>
    public override string Name => "drf";

    /// <inheritdoc/>
    protected override double QuantumRestarts => 10;

    /// <inheritdoc/>
    protected override IReadOnlyList<int> Order(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds, Span<double?> memos)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(jobs);
        var tenants = Enumerable.Range(0, jobs.Count).GroupBy(job => jobs[job].Tenant, StringComparer.Ordinal)
            .Select(group => new Queue<int>(group.OrderByDescending(job => jobs[job].Priority).ThenBy(job => jobs[job].SubmitSeconds)))
            .ToList();
        var order = new List<int>(jobs.Count);
        var next = new PriorityQueue<int, (double Share, int Tenant)>();
        var shares = new double[tenants.Count];
        for (var tenant = 0; tenant < tenants.Count; tenant++)
        {
            next.Enqueue(tenant, (0, tenant));
        }

        while (next.TryDequeue(out var tenant, out _))
        {
            var job = tenants[tenant].Dequeue();
            order.Add(job);
            shares[tenant] += DominantShare(cluster, jobs[job]) / jobs[job].Weight;
            if (tenants[tenant].Count > 0)
            {
                next.Enqueue(tenant, (shares[tenant], tenant));
            }
        }

        return order;
    }

    private static double DominantShare(ClusterSnapshot cluster, JobSnapshot job)
    {
        if (!job.Allocation.IsEmpty)
        {
            return Enumerable.Range(0, cluster.Types.Length)
                .Max(type => cluster.CountOf(job.Allocation, type) / (double)Math.Max(1, cluster.AcceleratorsPerType[type]));
        }

        // Where it would go is not known yet: the type of which it takes the smallest part.
        var smallest = double.PositiveInfinity;
        for (var type = 0; type < cluster.Types.Length; type++)
        {
            smallest = JobSpeed.CanUse(cluster, job, type, job.RequestedAccelerators) ? Math.Min(smallest, Share(type)) : smallest;
        }

        return double.IsPositiveInfinity(smallest) ? 0 : smallest;

        double Share(int type) => job.RequestedAccelerators / (double)Math.Max(1, cluster.AcceleratorsPerType[type]);
    }
}
