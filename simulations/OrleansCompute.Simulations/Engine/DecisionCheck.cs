using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Simulations.Engine;

/// <summary>What every decision must obey; a policy that breaks it has a bug, and its results would mean nothing.</summary>
internal static class DecisionCheck
{
    public static void Throw(
        ISchedulingPolicy policy, ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, IReadOnlyList<JobDecision> decisions)
    {
        if (decisions.Count != jobs.Count)
        {
            throw Broken(policy, $"{decisions.Count} decisions for {jobs.Count} jobs");
        }

        var used = new int[cluster.Nodes.Length];
        for (var i = 0; i < jobs.Count; i++)
        {
            var type = -1;
            foreach (var share in decisions[i].Allocation.Shares)
            {
                used[share.Node] += share.Accelerators;
                type = type < 0 ? cluster.TypeOf(share.Node) : type;
                if (type != cluster.TypeOf(share.Node))
                {
                    throw Broken(policy, $"job '{jobs[i].Id}' gets accelerators of two types");
                }

                if (used[share.Node] > (cluster.Nodes[share.Node].IsReady ? cluster.Nodes[share.Node].Accelerators : 0))
                {
                    throw Broken(policy, $"node '{cluster.Nodes[share.Node].Name}' gives more than it has");
                }
            }

            if (type >= 0 && !jobs[i].Accepts(cluster.Types[type]))
            {
                throw Broken(policy, $"job '{jobs[i].Id}' does not accept type '{cluster.Types[type]}'");
            }
        }
    }

    private static InvalidOperationException Broken(ISchedulingPolicy policy, string problem) =>
        new($"Policy '{policy.Name}' made an impossible decision: {problem}.");
}
