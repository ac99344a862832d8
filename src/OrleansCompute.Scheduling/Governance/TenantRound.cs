using OrleansCompute.Scheduling.Fractions;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Scheduling.Governance;

/// <summary>
/// Divides what is not pinned among tenants, has the policy decide for each tenant on its part, and once more on what then is left over.
/// Not thread-safe; used once.
/// </summary>
/// <param name="round">The round.</param>
/// <param name="pinned">Jobs that keep what they hold.</param>
/// <param name="devices">Shared accelerators, the pinned ones noted.</param>
/// <param name="isElastic">Whether the policy gives less, and more, than is requested.</param>
/// <param name="run">Runs the policy on a part, for some jobs; the last argument says whether a job is shown with what it holds.</param>
internal sealed class TenantRound(
    GovernedRound round, IReadOnlyList<int> pinned, SharedDevices devices, bool isElastic,
    Action<ClusterSlice, GovernedRound, List<int>, Func<int, bool>> run)
{
    private readonly ClusterSnapshot _cluster = round.Cluster;
    private readonly IReadOnlyList<JobSnapshot> _jobs = round.Jobs;

    public void Decide()
    {
        var isFlat = _cluster.Tenants.IsFlat;
        var candidates = round.Open();
        var grants = Fill(candidates, isElastic && !isFlat, []);
        if (isElastic && !isFlat && !round.HasParts && round.Options.ShareTolerance > 0 && NearlyKept(grants, candidates) is { Count: > 0 } staying)
        {
            // Nobody waits for it: who would have started without it starts.
            var lenient = Fill(candidates, true, staying);
            grants = candidates.TrueForAll(job => grants.CountOf(job) == 0 || lenient.CountOf(job) > 0) ? lenient : grants;
        }

        var moved = Defragment(grants, candidates);
        SettleParts(grants, candidates, moved);
        candidates = round.Open();
        if (isFlat)
        {
            run(round.Rest(), round, candidates, _ => true);
            return;
        }

        RunTenants(grants, candidates, isSecond: false);
        RunLeftOver(candidates);
        Explain(grants, candidates);
    }

    private JobGrants Fill(List<int> candidates, bool grows, HashSet<int> staying)
    {
        var ledger = Ledger(pinned);
        var grants = new JobGrants(_cluster, _jobs, ledger, devices, Left(), isElastic);
        new ShareFilling(_jobs, ledger, grants, grows, round.Now, round.Options, staying).Fill(candidates, _cluster.Types.Length);
        return grants;
    }

    // Shares move with every job that comes or goes. A tenant that would give back a little of what its jobs hold keeps it: each
    // accelerator less restarts a job. Its past use counts against it, so that the little does not last.
    private HashSet<int> NearlyKept(JobGrants grants, List<int> candidates)
    {
        var staying = new HashSet<int>();
        foreach (var tenant in candidates.GroupBy(job => _jobs[job].Tenant, StringComparer.Ordinal))
        {
            var granted = tenant.Sum(grants.CountOf);
            var running = tenant.Where(round.IsRunning).ToList();
            var excess = running.Sum(job => _jobs[job].Allocation.Accelerators) - granted;
            if (excess > 0 && excess <= Math.Max(1, round.Options.ShareTolerance * granted))
            {
                staying.UnionWith(running);
            }
        }

        return staying;
    }

    private TenantLedger Ledger(IEnumerable<int> decided)
    {
        var ledger = new TenantLedger(_cluster, _jobs, round.Options.HistoryWeight);
        foreach (var job in decided)
        {
            Charge(ledger, job, round.Decisions[job]!.Allocation);
        }

        return ledger;
    }

    private void Charge(TenantLedger ledger, int job, Allocation allocation)
    {
        foreach (var share in allocation.Shares)
        {
            ledger.Charge(ledger.LeafOf(_jobs[job].Tenant), _cluster.TypeOf(share.Node), allocation.Device?.ComputeShare ?? share.Accelerators, _jobs[job]);
        }
    }

    private int[] Left()
    {
        var left = new int[_cluster.Types.Length];
        for (var node = 0; node < round.LeftOnNode.Length; node++)
        {
            left[_cluster.TypeOf(node)] += _cluster.Nodes[node].TakesWork ? Math.Max(0, round.LeftOnNode[node]) : 0;
        }

        return left;
    }

    private HashSet<int> Defragment(JobGrants grants, List<int> candidates)
    {
        var (job, type, missing) = grants.Starved;
        if (job < 0 || grants.CountOf(job) > 0 || round.Options.MaxDefragmentationMoves == 0 || !grants.MayHave(job, type, missing))
        {
            return [];
        }

        var mayMove = candidates.ToHashSet();
        if (devices.TryEmpty(type, missing, round.Options.MaxDefragmentationMoves, mayMove.Contains) is not { } moved)
        {
            return [];
        }

        grants.GrantFreed(job, type, missing);
        return [.. moved];
    }

    private void SettleParts(JobGrants grants, List<int> candidates, HashSet<int> moved)
    {
        var pinnedDevices = pinned.Select(job => _jobs[job].Allocation.Device).Where(part => part is not null)
            .Select(part => (part!.Value.Node, part.Value.Device)).ToHashSet();
        foreach (var job in candidates.Where(job => _jobs[job].Fraction is not null || _jobs[job].Allocation.Device is not null))
        {
            if (devices.Of(job) is not { } share)
            {
                var reason = grants.ReasonOf(job) ?? $"needs {_jobs[job].Fraction?.ComputeShare:0.###} of an accelerator; no shared one has room, and no whole one is to be had";
                round.Decisions[job] = new JobDecision(Allocation.None, reason, _jobs[job].Memo);
                continue;
            }

            var place = Allocation.OfDevice(share);
            var verb = place.Equals(_jobs[job].Allocation) ? "keeps" : moved.Contains(job) ? "makes room for a gang: moves to" : "gets";
            round.Decisions[job] = new JobDecision(place, $"{verb} {_cluster.Describe(place)}", _jobs[job].Memo);
            var part = share.ComputeShare;
            round.NoteGroup(job, place);
            round.TakeFrom(share.Node, 0, part * _jobs[job].CpuCoresPerAccelerator, part * _jobs[job].HostMemoryBytesPerAccelerator);
        }

        foreach (var device in devices.All.Where(device => !pinnedDevices.Contains((device.Node, device.Index))))
        {
            round.TakeFrom(device.Node, 1, 0, 0);
        }
    }

    private void RunTenants(JobGrants grants, List<int> candidates, bool isSecond)
    {
        var slice = round.Rest();
        var free = new FreeAccelerators(slice.Cluster);
        var kept = new HashSet<int>();
        var parts = new SortedDictionary<string, SortedDictionary<int, NodePart>>(StringComparer.Ordinal);
        var missing = new List<(int Job, int Count)>();

        // What a tenant gets is a number; where its jobs are is where it gets it, as far as the number goes, those first that keep all
        // they hold. Which of them then run is for the policy.
        var budget = Budget(grants, candidates);
        foreach (var job in candidates.OrderByDescending(job => !isSecond && grants.CountOf(job) >= _jobs[job].Allocation.Accelerators))
        {
            var granted = grants.CountOf(job);
            var held = isSecond ? Allocation.None : _jobs[job].Allocation;
            var isMixed = _cluster.IsMixed(held);
            var key = (_jobs[job].Tenant, isMixed ? -1 : _cluster.TypeOf(held));
            var isInPlace = !held.IsEmpty && free.Has(held, _jobs[job]) && (isMixed ? granted >= held.Accelerators
                : isElastic ? budget.GetValueOrDefault(key) >= held.Accelerators : granted >= held.Accelerators && key.Item2 == grants.TypeOf(job));
            if (isInPlace)
            {
                free.Take(held, _jobs[job]);
                Add(parts, job, held);
                kept.Add(job);
                round.NoteGroup(job, held);
                budget[key] = budget.GetValueOrDefault(key) - held.Accelerators;
            }
        }

        foreach (var job in candidates.Where(job => grants.CountOf(job) > 0))
        {
            // In the order of the jobs, what is left of the tenant's number.
            var key = (_jobs[job].Tenant, grants.TypeOf(job));
            var count = Math.Min(grants.CountOf(job), budget.GetValueOrDefault(key));
            if (count > 0)
            {
                budget[key] -= count;
                missing.Add((job, count));
            }
        }

        foreach (var (job, count) in missing.OrderByDescending(entry => entry.Count))
        {
            Add(parts, job, free.TakeConsolidated(grants.TypeOf(job), count, _jobs[job]));
        }

        ShareRest(parts, free);
        foreach (var tenant in candidates.GroupBy(job => _jobs[job].Tenant, StringComparer.Ordinal))
        {
            if (parts.TryGetValue(tenant.Key, out var part))
            {
                run(ClusterSlice.Of(slice.Cluster, part, round.Groups), round, [.. tenant], kept.Contains);
            }
        }
    }

    private Dictionary<(string Tenant, int Type), int> Budget(JobGrants grants, List<int> candidates)
    {
        var budget = new Dictionary<(string Tenant, int Type), int>();
        foreach (var job in candidates.Where(job => grants.CountOf(job) > 0))
        {
            var key = (_jobs[job].Tenant, grants.TypeOf(job));
            budget[key] = budget.GetValueOrDefault(key) + grants.CountOf(job);
        }

        return budget;
    }

    // Cores and memory that nobody was granted go with the accelerators of their node.
    private static void ShareRest(SortedDictionary<string, SortedDictionary<int, NodePart>> parts, FreeAccelerators free)
    {
        var given = new Dictionary<int, int>();
        foreach (var (node, piece) in parts.Values.SelectMany(part => part))
        {
            given[node] = given.GetValueOrDefault(node) + piece.Accelerators;
        }

        foreach (var part in parts.Values)
        {
            foreach (var (node, piece) in part.ToList())
            {
                var share = (double)piece.Accelerators / given[node];
                part[node] = piece with { Cores = piece.Cores + (share * free.CoresOf(node)), Bytes = piece.Bytes + (share * free.BytesOf(node)) };
            }
        }
    }

    private void Add(SortedDictionary<string, SortedDictionary<int, NodePart>> parts, int job, Allocation allocation)
    {
        if (!parts.TryGetValue(_jobs[job].Tenant, out var part))
        {
            parts.Add(_jobs[job].Tenant, part = []);
        }

        foreach (var share in allocation.Shares)
        {
            var piece = part.GetValueOrDefault(share.Node);
            part[share.Node] = new NodePart(
                piece.Accelerators + share.Accelerators, piece.Cores + (share.Accelerators * _jobs[job].CpuCoresPerAccelerator),
                piece.Bytes + (share.Accelerators * (double)_jobs[job].HostMemoryBytesPerAccelerator));
        }
    }

    // What a tenant's jobs could not use of its part, others' may: once, as each time leaves less.
    private void RunLeftOver(List<int> candidates)
    {
        var waiting = new List<int>();
        var decided = new List<int>(pinned);
        for (var job = 0; job < _jobs.Count; job++)
        {
            if (round.Decisions[job] is { Allocation.IsEmpty: false } && devices.Of(job) is not null)
            {
                decided.Add(job);
            }
        }

        foreach (var job in candidates)
        {
            var allocation = round.Decisions[job]?.Allocation ?? Allocation.None;
            (allocation.IsEmpty ? waiting : decided).Add(job);
            foreach (var share in allocation.Shares)
            {
                round.TakeFrom(
                    share.Node, share.Accelerators, share.Accelerators * _jobs[job].CpuCoresPerAccelerator,
                    share.Accelerators * _jobs[job].HostMemoryBytesPerAccelerator);
            }
        }

        var left = Left();
        if (waiting.Count == 0 || Array.TrueForAll(left, count => count == 0))
        {
            return;
        }

        var before = waiting.ToDictionary(job => job, job => round.Decisions[job]);
        var ledger = Ledger(decided.Distinct());
        var grants = new JobGrants(_cluster, _jobs, ledger, devices, left, isElastic);
        new ShareFilling(_jobs, ledger, grants, isElastic, round.Now, round.Options).Fill(waiting, _cluster.Types.Length);
        foreach (var job in waiting)
        {
            round.Decisions[job] = null;
        }

        RunTenants(grants, waiting, isSecond: true);
        foreach (var job in waiting)
        {
            round.Decisions[job] ??= before[job];
        }
    }

    private void Explain(JobGrants grants, List<int> candidates)
    {
        var holds = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var job = 0; job < _jobs.Count; job++)
        {
            holds[_jobs[job].Tenant] = holds.GetValueOrDefault(_jobs[job].Tenant) + (round.Decisions[job]?.Allocation.Amount ?? 0);
        }

        foreach (var job in candidates)
        {
            if (round.Decisions[job] is { Allocation.IsEmpty: false })
            {
                continue;
            }

            var name = _jobs[job].Tenant;
            var reason = grants.ReasonOf(job) ?? (round.IsRunning(job) ? $"gives up {_cluster.Describe(_jobs[job].Allocation)}" : $"needs {grants.Need(job)}")
                + $"; tenant '{name}' holds {holds[name]:0.##} accelerators now, its part while others ask as well";
            round.Decisions[job] = new JobDecision(Allocation.None, reason, round.Decisions[job]?.Memo ?? _jobs[job].Memo);
        }
    }
}
