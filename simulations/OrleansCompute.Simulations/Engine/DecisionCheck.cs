using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Simulations.Engine;

/// <summary>What every decision must obey; a policy that breaks it has a bug, and its results would mean nothing.</summary>
internal static class DecisionCheck
{
    private const double Tolerance = 1e-6;

    public static void Throw(
        ISchedulingPolicy policy, ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, IReadOnlyList<JobDecision> decisions)
    {
        if (decisions.Count != jobs.Count)
        {
            throw Broken(policy, $"{decisions.Count} decisions for {jobs.Count} jobs");
        }

        var used = new int[cluster.Nodes.Length];
        var parts = new Dictionary<(int Node, int Device), (double Compute, long Bytes)>();
        for (var i = 0; i < jobs.Count; i++)
        {
            var allocation = decisions[i].Allocation;
            var (job, keeps) = (jobs[i], jobs[i].Allocation.Equals(allocation));
            if (allocation.Device is { } part)
            {
                var (compute, bytes) = parts.GetValueOrDefault((part.Node, part.Device));
                used[part.Node] += compute == 0 ? 1 : 0;
                parts[(part.Node, part.Device)] = (compute + part.ComputeShare, bytes + part.MemoryBytes);
            }

            foreach (var share in allocation.Shares)
            {
                var node = cluster.Nodes[share.Node];
                used[share.Node] += allocation.Device is null ? share.Accelerators : 0;
                if (used[share.Node] > (node.IsReady && (keeps || node.TakesWork) ? node.Accelerators : 0))
                {
                    throw Broken(policy, $"node '{node.Name}' gives more than it has");
                }

                if (!job.Accepts(node.AcceleratorType))
                {
                    throw Broken(policy, $"job '{job.Id}' does not accept type '{node.AcceleratorType}'");
                }
            }

            if (cluster.IsMixed(allocation) && !job.MayMixTypes)
            {
                throw Broken(policy, $"job '{job.Id}' gets accelerators of two types");
            }
        }

        foreach (var ((node, device), (compute, bytes)) in parts)
        {
            var memory = cluster.Nodes[node].AcceleratorMemoryBytes;
            if (compute > 1 + Tolerance || (memory > 0 && bytes > memory) || device >= cluster.Nodes[node].Accelerators)
            {
                throw Broken(policy, $"accelerator {device} of node '{cluster.Nodes[node].Name}' is given {compute} times, with {bytes} of {memory} bytes");
            }
        }

        CheckQuotas(policy, cluster, jobs, decisions);
    }

    private static void CheckQuotas(
        ISchedulingPolicy policy, ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, IReadOnlyList<JobDecision> decisions)
    {
        var tree = cluster.Tenants;
        var held = new double[tree.Tenants.Length, cluster.Types.Length + 1];
        for (var i = 0; i < jobs.Count; i++)
        {
            for (var tenant = tree.IndexOf(jobs[i].Tenant); tenant >= 0; tenant = tree.ParentOf(tenant))
            {
                foreach (var share in decisions[i].Allocation.Shares)
                {
                    var amount = decisions[i].Allocation.Device?.ComputeShare ?? share.Accelerators;
                    held[tenant, cluster.TypeOf(share.Node)] += amount;
                    held[tenant, cluster.Types.Length] += amount;
                }
            }
        }

        for (var tenant = 0; tenant < tree.Tenants.Length; tenant++)
        {
            var quota = tree.Tenants[tenant];
            for (var type = 0; type <= cluster.Types.Length; type++)
            {
                var most = type == cluster.Types.Length ? quota.MaxAccelerators : quota.Quota.TryGetValue(cluster.Types[type], out var count) ? count : null;
                if (held[tenant, type] > most + Tolerance)
                {
                    throw Broken(policy, $"tenant '{quota.Name}' holds {held[tenant, type]} of {(type == cluster.Types.Length ? "all types" : cluster.Types[type])}; its quota is {most}");
                }
            }
        }
    }

    private static InvalidOperationException Broken(ISchedulingPolicy policy, string problem) =>
        new($"Policy '{policy.Name}' made an impossible decision: {problem}.");
}
