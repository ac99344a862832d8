using System.Collections.Immutable;

namespace OrleansCompute.Scheduling.Pooling;

/// <summary>
/// First come, first served, by gangs: a job gets all of its accelerators or none, so that no two jobs each hold a part of what
/// the other needs. It takes as many free accelerators as it can use, the fastest first (ties by node and name, so that a round
/// can be replayed). A job that waits for accelerators reserves its place: a later job passes it only where the two want no
/// accelerator in common, so that large jobs do not starve. A job that its tenant's limit holds back blocks nobody.
/// </summary>
public sealed class FifoGangPolicy : IPoolPolicy
{
    /// <inheritdoc/>
    public string Name => "fifo";

    /// <inheritdoc/>
    public IReadOnlyList<PoolDecision> Decide(PoolState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var free = state.Accelerators.Where(slot => slot.HeldBy is null).OrderByDescending(slot => slot.ScoreGflops)
            .ThenBy(slot => slot.Node, StringComparer.Ordinal).ThenBy(slot => slot.Accelerator, StringComparer.Ordinal).ToList();
        var held = state.Accelerators.Where(slot => slot.HeldBy is not null)
            .GroupBy(slot => slot.HeldBy!, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        var waiting = new List<JobDemand>();
        var decisions = new List<PoolDecision>(state.Queue.Length);
        foreach (var demand in state.Queue)
        {
            decisions.Add(DecideOne(demand, state, free, held, waiting));
        }

        return decisions;
    }

    /// <inheritdoc/>
    public string? ExplainImpossible(PoolState state, JobDemand demand)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(demand);
        var limit = state.TenantLimits.GetValueOrDefault(demand.Tenant, int.MaxValue);
        if (demand.MinAccelerators > limit)
        {
            return $"minAccelerators is {demand.MinAccelerators}; tenant {demand.Tenant} may hold at most {limit}.";
        }

        var fitting = state.Accelerators.Count(slot => demand.Accepts(slot.Kind));
        if (fitting >= demand.MinAccelerators)
        {
            return null;
        }

        var kinds = state.Accelerators.GroupBy(slot => slot.Kind, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} × {g.Key}");
        var wanted = demand.Kinds.IsDefaultOrEmpty ? "" : $" of kind {string.Join(" or ", demand.Kinds)}";
        return $"minAccelerators is {demand.MinAccelerators}{wanted}; the pool has {fitting} that fit"
            + $" ({(state.Accelerators.IsEmpty ? "no accelerators at all" : string.Join(", ", kinds))}).";
    }

    private static PoolDecision DecideOne(
        JobDemand demand, PoolState state, List<AcceleratorSlot> free, Dictionary<string, int> held, List<JobDemand> waiting)
    {
        var limit = state.TenantLimits.GetValueOrDefault(demand.Tenant, int.MaxValue);
        var holds = held.GetValueOrDefault(demand.Tenant);
        if (holds + demand.MinAccelerators > limit)
        {
            return new PoolDecision.Wait(
                demand, $"needs {demand.MinAccelerators}; tenant {demand.Tenant} holds {holds} of the {limit} it may hold.");
        }

        var fitting = free.Where(slot => demand.Accepts(slot.Kind)).ToList();
        var ahead = waiting.FirstOrDefault(earlier => fitting.Exists(slot => earlier.Accepts(slot.Kind)));
        if (fitting.Count < demand.MinAccelerators || ahead is not null)
        {
            waiting.Add(demand);
            var total = state.Accelerators.Count(slot => demand.Accepts(slot.Kind));
            var kinds = demand.Kinds.IsDefaultOrEmpty ? "" : $" of kind {string.Join(" or ", demand.Kinds)}";
            return new PoolDecision.Wait(
                demand,
                fitting.Count < demand.MinAccelerators
                    ? $"needs {demand.MinAccelerators}{kinds}; {fitting.Count} of {total} free."
                    : $"needs {demand.MinAccelerators}{kinds}; {fitting.Count} free, kept for {ahead!.Tenant}/{ahead.Job}, which came first.");
        }

        var take = Math.Min(Math.Min(demand.MaxAccelerators, fitting.Count), limit - holds);
        var slots = fitting.Take(take).ToImmutableArray();
        foreach (var slot in slots)
        {
            free.Remove(slot);
        }

        held[demand.Tenant] = holds + take;
        return new PoolDecision.Placed(demand, slots);
    }
}
