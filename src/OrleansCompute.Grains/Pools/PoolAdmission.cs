using System.Globalization;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Grains.Pools;

/// <summary>Says no at once to what a pool can never do, all of it free. Pure.</summary>
internal static class PoolAdmission
{
    /// <summary>Null where the job can run at some time; else a sentence that says what is missing. Nodes that are lost count: they may
    /// come back, as a job that lost them waits for.</summary>
    /// <param name="state">The pool.</param>
    /// <param name="request">The job.</param>
    /// <param name="line">The job's tenant and all above it, whose limits hold for it as well.</param>
    public static string? ExplainImpossible(PoolGrainState state, JobRequest request, IReadOnlyList<TenantSpec> line)
    {
        foreach (var tenant in line.Where(tenant => request.MinAccelerators > tenant.MaxAccelerators))
        {
            return $"minAccelerators is {request.MinAccelerators}; {Who(tenant)} may hold at most {tenant.MaxAccelerators}.";
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

        var kinds = fitting.GroupBy(accelerator => accelerator.Kind, StringComparer.Ordinal).ToDictionary(kind => kind.Key, kind => kind.Count(), StringComparer.Ordinal);
        if (!request.MayMixTypes && kinds.Values.Max() < request.MinAccelerators)
        {
            return $"minAccelerators is {request.MinAccelerators}{wanted}, all of one kind as mixTypes is false; the pool has at most {kinds.Values.Max()} of a kind ({has}).";
        }

        if (request.CpuCoresPerAccelerator > 0 || request.HostMemoryBytesPerAccelerator > 0)
        {
            var room = RoomOfHosts(state, request);
            if ((request.MayMixTypes ? room.Sum() : room.Max()) is var beside && beside < request.MinAccelerators)
            {
                return ExplainHosts(state, request, wanted, beside);
            }
        }

        return line.Select(tenant => ExplainLimits(tenant, request, kinds, wanted)).FirstOrDefault(problem => problem is not null);

        string Who(TenantSpec tenant) => tenant.Name == request.Tenant ? $"tenant {tenant.Name}" : $"tenant {tenant.Name}, to which {request.Tenant} belongs,";

        string? ExplainLimits(TenantSpec tenant, JobRequest job, Dictionary<string, int> there, string kind)
        {
            // A part of an accelerator counts as that part, and a limit is a whole number: only 0 is in its way.
            var allowed = there.ToDictionary(entry => entry.Key, entry => Math.Min(entry.Value, tenant.Quota.GetValueOrDefault(entry.Key, int.MaxValue)), StringComparer.Ordinal);
            var most = job.MayMixTypes ? allowed.Values.Sum() : allowed.Values.Max();
            if (most < job.MinAccelerators)
            {
                var quotas = string.Join(", ", tenant.Quota.Where(quota => there.ContainsKey(quota.Key)).OrderBy(quota => quota.Key, StringComparer.Ordinal)
                    .Select(quota => $"{quota.Value} × {quota.Key}"));
                return $"minAccelerators is {job.MinAccelerators}{kind}; {Who(tenant)} may hold at most {most} of them (quota {quotas}).";
            }

            if (tenant.BorrowingLimit is not { } borrowing)
            {
                return null;
            }

            var own = tenant.Guaranteed.Where(guarantee => there.ContainsKey(guarantee.Key)).Sum(guarantee => guarantee.Value);
            return (job.IsFractional ? own + borrowing > 0 : own + borrowing >= job.MinAccelerators) ? null
                : $"minAccelerators is {job.MinAccelerators}{kind}; {Who(tenant)} has {own} of them guaranteed and may borrow at most {borrowing} more.";
        }
    }

    // Accelerators that can have what the job needs beside each, by kind, were all of them free.
    private static Dictionary<string, int>.ValueCollection RoomOfHosts(PoolGrainState state, JobRequest request)
    {
        var (part, room) = (request.IsFractional ? request.ComputeShareFraction : 1, new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var (node, kind) in Slots(state, request))
        {
            var beside = HostPart.Of(node, node.Accelerators.Count(slot => slot.Accelerator.Kind == kind.Key))
                .Room(part * request.CpuCoresPerAccelerator, (long)(part * request.HostMemoryBytesPerAccelerator));
            room[kind.Key] = room.GetValueOrDefault(kind.Key) + (int)Math.Min(beside, kind.Count());
        }

        return room.Values;
    }

    private static IEnumerable<(NodeSnapshot Node, IGrouping<string, AcceleratorDescription> Kind)> Slots(PoolGrainState state, JobRequest request) =>
        from node in state.Nodes.Values
        from kind in node.Accelerators.Select(slot => slot.Accelerator)
            .Where(about => request.Kinds.IsDefaultOrEmpty || request.Kinds.Contains(about.Kind))
            .Where(about => about.MemoryBytes == 0 || about.MemoryBytes >= request.MemoryBytes)
            .GroupBy(about => about.Kind, StringComparer.Ordinal)
        select (node, kind);

    private static string ExplainHosts(PoolGrainState state, JobRequest request, string wanted, int room)
    {
        var best = Slots(state, request).Select(entry => HostPart.Of(entry.Node, entry.Node.Accelerators.Count(slot => slot.Accelerator.Kind == entry.Kind.Key))).ToList();
        var (cores, bytes) = (best.Max(part => part.CpuCores), best.Max(part => part.MemoryBytes));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"cpuCoresPerAccelerator is {request.CpuCoresPerAccelerator} and hostMemoryPerAccelerator is {request.HostMemoryBytesPerAccelerator} bytes, beside {request.MinAccelerators} accelerators{wanted}; "
            + $"the pool's machines have room for that beside {room} (at most {cores:0.##} cores and {bytes} bytes on one, for all its accelerators of a kind).");
    }
}
