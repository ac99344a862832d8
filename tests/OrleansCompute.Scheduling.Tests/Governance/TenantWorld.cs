using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Scheduling.Tests.Governance;

/// <summary>Clusters, tenants and jobs for tests of shares.</summary>
internal static class TenantWorld
{
    public static ClusterSnapshot Cluster(int nodes, int perNode, params TenantQuota[] tenants) => new(
        [.. Enumerable.Range(0, nodes).Select(node => new NodeSnapshot { Name = $"n{node}", AcceleratorType = "A", Accelerators = perNode })],
        TenantTree.Create(tenants));

    public static ImmutableSortedDictionary<string, int> Of(string type, int count) =>
        ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal).Add(type, count);

    public static IEnumerable<JobSnapshot> Jobs(string tenant, int count, int accelerators = 1, double submitSeconds = 0) =>
        Enumerable.Range(0, count).Select(i => new JobSnapshot
        {
            Id = $"{tenant}-{accelerators}-{submitSeconds}-{i}", Tenant = tenant, SubmitSeconds = submitSeconds, RequestedAccelerators = accelerators,
            MinAccelerators = accelerators, MaxAccelerators = accelerators,
        });

    public static double Held(IReadOnlyList<JobSnapshot> jobs, IReadOnlyList<JobDecision> decisions, string tenant) =>
        Enumerable.Range(0, jobs.Count).Where(job => jobs[job].Tenant == tenant).Sum(job => decisions[job].Allocation.Amount);

    /// <summary>Decides a round; the jobs as they are when a time has passed.</summary>
    public static JobSnapshot[] Step(ISchedulingPolicy policy, ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double now, double seconds)
    {
        var decisions = policy.Decide(cluster, jobs, now);
        return
        [
            .. jobs.Select((job, i) => job with
            {
                Allocation = decisions[i].Allocation,
                Memo = decisions[i].Memo,
                AllocatedSeconds = decisions[i].Allocation.Equals(job.Allocation) ? job.AllocatedSeconds : now,
                RunSeconds = job.RunSeconds + (decisions[i].Allocation.IsEmpty ? 0 : seconds),
                AttainedAcceleratorSeconds = job.AttainedAcceleratorSeconds + (decisions[i].Allocation.Amount * seconds),
            }),
        ];
    }
}
