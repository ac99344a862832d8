using System.Collections.Immutable;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Scheduling.Pooling;

namespace OrleansCompute.Grains.Pools;

/// <summary>The one place where wire records become the scheduling policy's snapshots.</summary>
internal static class SchedulingMapper
{
    public static PoolState ToState(PoolGrainState state, IReadOnlyDictionary<string, int> tenantLimits)
    {
        var held = state.Leases.ToDictionary(lease => (lease.Node, lease.Accelerator), lease => lease.Tenant);
        return new PoolState(
            [
                .. from node in state.Nodes.Values
                   where node.State == NodeState.Ready
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

    public static JobDemand ToDemand(JobRequest request) =>
        new(request.Tenant, request.Job, request.MinAccelerators, request.MaxAccelerators, request.Kinds);
}
