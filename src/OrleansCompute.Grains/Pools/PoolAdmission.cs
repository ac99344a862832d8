using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Pools;

/// <summary>Says no at once to what a pool can never do, all of it free. Pure.</summary>
internal static class PoolAdmission
{
    /// <summary>Null where the job can run at some time; else a sentence that says what is missing. Nodes that are lost count: they may
    /// come back, as a job that lost them waits for.</summary>
    public static string? ExplainImpossible(PoolGrainState state, JobRequest request, int tenantLimit)
    {
        if (request.MinAccelerators > tenantLimit)
        {
            return $"minAccelerators is {request.MinAccelerators}; tenant {request.Tenant} may hold at most {tenantLimit}.";
        }

        var all = state.Nodes.Values.SelectMany(node => node.Accelerators).Select(slot => slot.Accelerator).ToList();
        var accepted = all.Where(accelerator => request.Kinds.IsDefaultOrEmpty || request.Kinds.Contains(accelerator.Kind)).ToList();
        var fitting = accepted.Where(accelerator => accelerator.MemoryBytes == 0 || accelerator.MemoryBytes >= request.MemoryBytes).ToList();
        var has = all.Count == 0 ? "no accelerators at all" : string.Join(
            ", ", all.GroupBy(accelerator => accelerator.Kind, StringComparer.Ordinal).OrderBy(kind => kind.Key, StringComparer.Ordinal)
                .Select(kind => $"{kind.Count()} × {kind.Key}"));
        var wanted = request.Kinds.IsDefaultOrEmpty ? "" : $" of kind {string.Join(" or ", request.Kinds)}";
        if (request.IsFractional && fitting.Count == 0 && accepted.Count > 0)
        {
            return $"fraction.memory is {request.MemoryBytes} bytes; the largest accelerator{wanted} has {accepted.Max(accelerator => accelerator.MemoryBytes)}.";
        }

        if (fitting.Count < request.MinAccelerators)
        {
            return $"minAccelerators is {request.MinAccelerators}{wanted}; the pool has {fitting.Count} that fit ({has}).";
        }

        var most = fitting.GroupBy(accelerator => accelerator.Kind, StringComparer.Ordinal).Max(kind => kind.Count());
        return !request.MayMixTypes && most < request.MinAccelerators
            ? $"minAccelerators is {request.MinAccelerators}{wanted}, all of one kind as mixTypes is false; the pool has at most {most} of a kind ({has})."
            : null;
    }
}
