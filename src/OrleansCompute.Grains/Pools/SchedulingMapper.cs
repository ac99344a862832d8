using System.Collections.Immutable;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Scheduling.Pooling;

namespace OrleansCompute.Grains.Pools;

/// <summary>The one place where wire records become the scheduling policy's snapshots.</summary>
internal static class SchedulingMapper
{
    /// <summary>What can be given now.</summary>
    public static PoolState ToState(PoolGrainState state, IReadOnlyDictionary<string, int> tenantLimits) =>
        ToState(state, tenantLimits, node => node.State == NodeState.Ready);

    /// <summary>
    /// What could ever be given: with the nodes that are lost at the moment, because a job that lost them waits for their return.
    /// </summary>
    public static PoolState ToPossible(PoolGrainState state, IReadOnlyDictionary<string, int> tenantLimits) =>
        ToState(state, tenantLimits, _ => true);

    public static JobDemand ToDemand(JobRequest request) =>
        new(request.Tenant, request.Job, request.MinAccelerators, request.MaxAccelerators, request.Kinds);

    private static PoolState ToState(PoolGrainState state, IReadOnlyDictionary<string, int> tenantLimits, Func<NodeSnapshot, bool> counts)
    {
        var held = state.Leases.ToDictionary(lease => (lease.Node, lease.Accelerator), lease => lease.Tenant);
        return new PoolState(
            [
                .. from node in state.Nodes.Values
                   where counts(node)
                   from accelerator in node.Accelerators
                   let description = accelerator.Accelerator
                   select new AcceleratorSlot(
                       node.Name,
                       description.Name,
                       description.Kind,
                       description.ScoreGflops,
                       held.GetValueOrDefault((node.Name, description.Name))),
            ],
            [.. state.Queue.Select(ToDemand)],
            tenantLimits.ToImmutableDictionary(StringComparer.Ordinal));
    }
}
