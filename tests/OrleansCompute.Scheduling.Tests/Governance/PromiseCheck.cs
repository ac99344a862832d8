using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Scheduling.Tests.Governance;

/// <summary>The promises, counted from the decisions alone.</summary>
internal static class PromiseCheck
{
    private const double Tolerance = 1e-6;

    public static void All(ISchedulingPolicy policy, RandomPool pool, IReadOnlyList<JobDecision> decisions)
    {
        var (cluster, jobs) = (pool.Cluster, pool.Jobs);
        Assert.Equal(jobs.Count, decisions.Count);
        Capacity(cluster, jobs, decisions);
        Quotas(cluster, jobs, decisions);
        for (var i = 0; i < jobs.Count; i++)
        {
            Job(policy, cluster, jobs[i], decisions[i], pool.Now);
        }

        Apart(jobs, decisions);
    }

    private static void Job(ISchedulingPolicy policy, ClusterSnapshot cluster, JobSnapshot job, JobDecision decision, double now)
    {
        var allocation = decision.Allocation;
        Assert.NotEmpty(decision.Reason);
        Assert.All(allocation.Shares, share => Assert.True(job.Accepts(cluster.Nodes[share.Node].AcceleratorType)));
        if (job.Allocation is { IsEmpty: false } held && held.Shares.All(share => cluster.Nodes[share.Node].IsReady)
            && (!job.IsPreemptible || (now > 0 && now - job.AllocatedSeconds < job.MinRunSeconds)))
        {
            Assert.Equal(held, allocation);
        }

        if (allocation.IsEmpty)
        {
            return;
        }

        // All or nothing.
        Assert.InRange(allocation.Accelerators, policy.IsElastic ? job.MinAccelerators : job.RequestedAccelerators, policy.IsElastic ? job.MaxAccelerators : job.RequestedAccelerators);
        Assert.False(cluster.IsMixed(allocation) && !job.MayMixTypes);
        Assert.Equal(job.Fraction is null, allocation.Device is null);
        if (allocation.Device is { } part)
        {
            Assert.Equal(job.Fraction, new DeviceFraction(part.ComputeShare, part.MemoryBytes));
            Assert.InRange(part.Device, 0, cluster.Nodes[part.Node].Accelerators - 1);
        }

        Assert.All(allocation.Shares, share => Assert.True(
            cluster.Nodes[share.Node].TakesWork || (cluster.Nodes[share.Node].IsReady && allocation.Equals(job.Allocation))));
    }

    private static void Capacity(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, IReadOnlyList<JobDecision> decisions)
    {
        var whole = new int[cluster.Nodes.Length];
        var (cores, bytes) = (new double[whole.Length], new double[whole.Length]);
        var parts = new Dictionary<(int Node, int Device), (double Compute, long Bytes)>();
        for (var i = 0; i < jobs.Count; i++)
        {
            foreach (var share in decisions[i].Allocation.Shares)
            {
                var amount = decisions[i].Allocation.Device?.ComputeShare ?? share.Accelerators;
                whole[share.Node] += decisions[i].Allocation.Device is null ? share.Accelerators : 0;
                cores[share.Node] += amount * jobs[i].CpuCoresPerAccelerator;
                bytes[share.Node] += amount * jobs[i].HostMemoryBytesPerAccelerator;
            }

            if (decisions[i].Allocation.Device is { } part)
            {
                var (compute, memory) = parts.GetValueOrDefault((part.Node, part.Device));
                parts[(part.Node, part.Device)] = (compute + part.ComputeShare, memory + part.MemoryBytes);
            }
        }

        for (var node = 0; node < whole.Length; node++)
        {
            var has = cluster.Nodes[node];
            Assert.InRange(whole[node] + parts.Keys.Count(key => key.Node == node), 0, has.IsReady ? has.Accelerators : 0);
            Assert.True(has.CpuCores == 0 || cores[node] <= has.CpuCores + Tolerance, $"node {has.Name} gives {cores[node]} of {has.CpuCores} cores");
            Assert.True(has.HostMemoryBytes == 0 || bytes[node] <= has.HostMemoryBytes + Tolerance, $"node {has.Name} gives {bytes[node]} of {has.HostMemoryBytes} bytes");
        }

        Assert.All(parts, entry => Assert.InRange(entry.Value.Compute, 0, 1 + Tolerance));
        Assert.All(parts, entry => Assert.True(
            cluster.Nodes[entry.Key.Node].AcceleratorMemoryBytes == 0 || entry.Value.Bytes <= cluster.Nodes[entry.Key.Node].AcceleratorMemoryBytes));
    }

    private static void Quotas(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, IReadOnlyList<JobDecision> decisions)
    {
        var tree = cluster.Tenants;
        for (var tenant = 0; tenant < tree.Tenants.Length; tenant++)
        {
            var quota = tree.Tenants[tenant];
            var held = new Dictionary<string, double>(StringComparer.Ordinal);
            for (var i = 0; i < jobs.Count; i++)
            {
                if (IsBelow(jobs[i].Tenant))
                {
                    foreach (var share in decisions[i].Allocation.Shares)
                    {
                        var type = cluster.Nodes[share.Node].AcceleratorType;
                        held[type] = held.GetValueOrDefault(type) + (decisions[i].Allocation.Device?.ComputeShare ?? share.Accelerators);
                    }
                }
            }

            Assert.All(quota.Quota, entry => Assert.InRange(held.GetValueOrDefault(entry.Key), 0, entry.Value + Tolerance));
            Assert.True(held.Values.Sum() <= (quota.MaxAccelerators ?? int.MaxValue) + Tolerance);
            Assert.True(held.Sum(entry => Math.Max(0, entry.Value - quota.Guaranteed.GetValueOrDefault(entry.Key))) <= (quota.BorrowingLimit ?? int.MaxValue) + Tolerance);

            bool IsBelow(string name)
            {
                for (var at = tree.IndexOf(name); at >= 0; at = tree.ParentOf(at))
                {
                    if (at == tenant)
                    {
                        return true;
                    }
                }

                return false;
            }
        }
    }

    // Of a group that wants to be apart, nobody is put beside another.
    private static void Apart(IReadOnlyList<JobSnapshot> jobs, IReadOnlyList<JobDecision> decisions)
    {
        for (var i = 0; i < jobs.Count; i++)
        {
            var isNew = !decisions[i].Allocation.Equals(jobs[i].Allocation) && !decisions[i].Allocation.IsEmpty;
            if (!isNew || jobs[i].AffinityGroup.Length == 0 || !jobs[i].IsAntiAffine)
            {
                continue;
            }

            for (var j = 0; j < i; j++)
            {
                if (jobs[j].AffinityGroup == jobs[i].AffinityGroup && jobs[j].IsAntiAffine)
                {
                    Assert.Empty(decisions[i].Allocation.Shares.Select(share => share.Node).Intersect(decisions[j].Allocation.Shares.Select(share => share.Node)));
                }
            }
        }
    }
}
