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
        var isSecond = Seconds(policy, cluster, jobs, decisions);
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
                used[share.Node] += allocation.Device is null && !isSecond[i] ? share.Accelerators : 0;
                if (used[share.Node] > (node.IsReady && (keeps || node.TakesWork) ? node.Accelerators : 0))
                {
                    throw Broken(policy, $"node '{node.Name}' gives more than it has");
                }

                if (!job.Accepts(node.AcceleratorType))
                {
                    throw Broken(policy, $"job '{job.Id}' does not accept type '{node.AcceleratorType}'");
                }
            }

            CheckBatch(policy, job, decisions[i]);
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

        CheckQuotas(policy, cluster, jobs, decisions, isSecond);
    }

    private static void CheckBatch(ISchedulingPolicy policy, JobSnapshot job, JobDecision decision)
    {
        if (decision.Batch is { } batch && (job.Batches is null || decision.Allocation.IsEmpty))
        {
            throw Broken(policy, $"job '{job.Id}' is given a batch of {batch}; {(job.Batches is null ? "its batch is fixed" : "it waits")}");
        }

        if (job.Batches is { } limits && !decision.Allocation.IsEmpty && !(decision.Batch >= limits.InitialBatch && decision.Batch <= limits.MaxBatch))
        {
            throw Broken(policy, $"job '{job.Id}' is given {(decision.Batch is { } wrong ? $"a batch of {wrong}" : "no batch")}; allowed are {limits.InitialBatch} to {limits.MaxBatch}");
        }
    }

    // Of each two jobs that share accelerators, the second: what it holds is counted with the first. Whatever does not agree on both sides is
    // no sharing but the same accelerators given out twice.
    private static bool[] Seconds(
        ISchedulingPolicy policy, ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, IReadOnlyList<JobDecision> decisions)
    {
        var isSecond = new bool[jobs.Count];
        Dictionary<string, int>? numbers = null;
        for (var i = 0; i < jobs.Count; i++)
        {
            if (decisions[i].SharesWith.Length == 0)
            {
                continue;
            }

            numbers ??= Enumerable.Range(0, jobs.Count).ToDictionary(job => jobs[job].Id, StringComparer.Ordinal);
            var (job, with) = (jobs[i], decisions[i].SharesWith);
            if (!numbers.TryGetValue(with, out var other) || other == i || decisions[other].SharesWith != job.Id)
            {
                throw Broken(policy, $"job '{job.Id}' shares with '{with}', which does not share with it");
            }

            var allocation = decisions[i].Allocation;
            if (allocation.IsEmpty || allocation.Device is not null || !allocation.Equals(decisions[other].Allocation) || job.Tenant != jobs[other].Tenant)
            {
                throw Broken(policy, $"job '{job.Id}' holds {allocation} and is to share them with '{with}', which holds {decisions[other].Allocation}; both must hold the same whole accelerators, for one tenant");
            }

            var type = cluster.TypeOf(allocation);
            if (type < 0 || job.Colocation?.SpeedBeside(jobs[other], cluster.Types[type], allocation.Accelerators) is not > 0)
            {
                throw Broken(policy, $"job '{job.Id}' shares with '{with}', and nobody knows that it computes beside it");
            }

            isSecond[i] = other < i;
        }

        return isSecond;
    }

    private static void CheckQuotas(
        ISchedulingPolicy policy, ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, IReadOnlyList<JobDecision> decisions, bool[] isSecond)
    {
        var tree = cluster.Tenants;
        var held = new double[tree.Tenants.Length, cluster.Types.Length + 1];
        for (var i = 0; i < jobs.Count; i++)
        {
            for (var tenant = isSecond[i] ? -1 : tree.IndexOf(jobs[i].Tenant); tenant >= 0; tenant = tree.ParentOf(tenant))
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
