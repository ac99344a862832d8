using System.Globalization;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Grains.Pools;

/// <summary>Says no at once to what a pool can never do, all of it free. Pure.</summary>
internal static class PoolAdmission
{
    private const int MaxNamed = 16;

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
            var (asked, largest) = ByteText.Of(request.MemoryBytes, accepted.Max(accelerator => accelerator.MemoryBytes));
            return $"fraction.memory is {asked}; the largest accelerator{wanted} has {largest}.";
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

        // A node that it named once may have been removed: what was accepted runs without it.
        if (!request.IsResubmitted && !request.NearNodes.IsDefaultOrEmpty && request.NearNodes.FirstOrDefault(name => !state.Nodes.ContainsKey(name)) is { } unknown)
        {
            return ExplainNode(state, unknown);
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

    private static string ExplainNode(PoolGrainState state, string unknown)
    {
        var names = state.Nodes.Keys.Order(StringComparer.Ordinal).ToList();
        var known = string.Join(", ", names.Take(MaxNamed)) + (names.Count > MaxNamed ? $" and {names.Count - MaxNamed} more" : "");
        return $"nearNodes names '{unknown}'; the pool has no such node (it has: {known}). Name those, or none: the pool knows itself which nodes hold the job's data.";
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
        var part = request.IsFractional ? request.ComputeShareFraction : 1;

        // Only what is too much by itself, where something is.
        var (byCores, byMemory) = (IsTooMuch(request with { HostMemoryBytesPerAccelerator = 0 }), IsTooMuch(request with { CpuCoresPerAccelerator = 0 }));
        var (needs, has, most) = (new List<string>(), new List<string>(), new List<string>());
        if (byCores || !byMemory)
        {
            var cores = best.Max(node => node.CpuCores);
            needs.Add(Invariant($"cpuCoresPerAccelerator is {request.CpuCoresPerAccelerator:0.####}"));
            has.Add(Invariant($"{cores:0.##} core{(cores == 1 ? "" : "s")}"));
            most.Add(Invariant($"cpuCoresPerAccelerator: {Math.Floor(100 * cores / part) / 100:0.##}"));
        }

        if (byMemory || !byCores)
        {
            var (asked, there) = ByteText.Of(request.HostMemoryBytesPerAccelerator, best.Max(node => node.MemoryBytes));
            needs.Add($"hostMemoryPerAccelerator is {asked}");
            has.Add($"{there} of memory");
            most.Add($"hostMemoryPerAccelerator: {ByteText.AtMost((long)(best.Max(node => node.MemoryBytes) / part))}");
        }

        // More for each than a machine has for all is a slip of the unit, mostly; else fewer would do.
        var advice = room > 0 ? Invariant($"ask for less, or for minAccelerators: {room}")
            : byCores != byMemory && part == 1 ? $"the most that could ever start is {most[0]}" : "ask for less";
        return $"{string.Join(" and ", needs)}, beside {(request.IsFractional ? "each whole accelerator" : request.MinAccelerators == 1 ? "1 accelerator" : $"each of {request.MinAccelerators} accelerators")}{wanted}; "
            + $"the pool's machines have room for that beside {(room == 0 ? "none" : room)} (at most {string.Join(" and ", has)} on one, for all its accelerators of a kind): {advice}.";

        bool IsTooMuch(JobRequest of) => RoomOfHosts(state, of) is var there && (of.MayMixTypes ? there.Sum() : there.Max()) < of.MinAccelerators;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
