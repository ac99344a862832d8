using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Scheduling.Governance;

/// <summary>
/// Progressive filling over the hierarchy of tenants: at each step the tenant furthest below its weight (smallest dominant share over
/// weight, from the root down) gets what its next job needs. Guarantees are filled first; then what has just been started stays; then
/// the rest is shared. The result says how much of which type each tenant gets, which running jobs stay, and where parts of
/// accelerators go; which of its other jobs a tenant runs on its part is for the policy. Not thread-safe; used once.
/// </summary>
/// <param name="jobs">All jobs.</param>
/// <param name="ledger">The accounts that grants are charged to.</param>
/// <param name="grants">Grants.</param>
/// <param name="grows">Whether what jobs can use beyond their least is given out as well.</param>
/// <param name="now">The time.</param>
/// <param name="options">Quantum and patience.</param>
/// <param name="staying">Running jobs that stay although their quantum is over; null for none.</param>
internal sealed class ShareFilling(
    IReadOnlyList<JobSnapshot> jobs, TenantLedger ledger, JobGrants grants, bool grows, double now, GovernanceOptions options,
    IReadOnlySet<int>? staying = null)
{
    private readonly IReadOnlySet<int> _staying = staying ?? new HashSet<int>();
    private readonly SortedDictionary<int, LeafQueue> _queues = [];
    private PartVictims? _victims;

    /// <summary>Shares out.</summary>
    /// <param name="candidates">Jobs that are not pinned, in the order of their submission.</param>
    /// <param name="types">Number of types.</param>
    public void Fill(IReadOnlyList<int> candidates, int types)
    {
        foreach (var leaf in candidates.GroupBy(job => ledger.LeafOf(jobs[job].Tenant)))
        {
            // Those that run come first, the oldest and the dearest to stop before others: what is taken away falls on the youngest.
            _queues.Add(leaf.Key, new LeafQueue([.. leaf.OrderByDescending(job => jobs[job].Priority)
                .ThenByDescending(job => !jobs[job].Allocation.IsEmpty).ThenBy(job => jobs[job].Allocation.IsEmpty ? 0 : jobs[job].AllocatedSeconds)
                .ThenByDescending(job => jobs[job].Allocation.Accelerators * jobs[job].RestartSeconds).ThenBy(job => jobs[job].SubmitSeconds)]));
        }

        foreach (var account in Enumerable.Range(1, ledger.Count - 1).OrderByDescending(ledger.DepthOf))
        {
            // Deepest promises first: what a tenant is promised itself comes before what its parent may share out among its children.
            for (var type = 0; type < types; type++)
            {
                if (ledger.Guaranteed(account, type) > 0)
                {
                    FillGuarantee(account, type);
                }
            }
        }

        AdmitStarving();
        KeepRecent(candidates, types);
        var active = Active(_queues.Keys);
        while (active[0] > 0)
        {
            var leaf = Lowest(0, active);
            if (!Serve(_queues[leaf]))
            {
                Close(leaf, active);
            }
        }
    }

    private int[] Active(IEnumerable<int> leaves)
    {
        var active = new int[ledger.Count];
        foreach (var leaf in leaves)
        {
            for (var at = leaf; at >= 0; at = ledger.ParentOf(at))
            {
                active[at]++;
            }
        }

        return active;
    }

    private void Close(int leaf, int[] active)
    {
        for (var at = leaf; at >= 0; at = ledger.ParentOf(at))
        {
            active[at]--;
        }
    }

    private int Lowest(int from, int[] active)
    {
        var at = from;
        while (ledger.ChildrenOf(at).Count > 0)
        {
            var (best, lowest) = (-1, default((double, double, int)));
            foreach (var child in ledger.ChildrenOf(at))
            {
                if (active[child] > 0 && ledger.Rank(child) is var rank && (best < 0 || rank.CompareTo(lowest) < 0))
                {
                    (best, lowest) = (child, rank);
                }
            }

            at = best;
        }

        return at;
    }

    private void FillGuarantee(int account, int type)
    {
        var leaves = _queues.Keys.Where(leaf => IsWithin(leaf, account)).ToList();
        var active = Active(leaves);
        var cursors = leaves.ToDictionary(leaf => leaf, _ => 0);
        while (active[account] > 0 && Room() > 1e-9)
        {
            var leaf = Lowest(account, active);
            var items = _queues[leaf].Jobs;
            var isServed = false;
            while (cursors[leaf] < items.Length && !isServed)
            {
                var job = items[cursors[leaf]++];
                isServed = grants.CountOf(job) == 0 && grants.Amount(job) <= Room() + 1e-9 && grants.TryType(job, type) && Note(job);
            }

            if (!isServed && !(grows && Array.Exists(items, job => grants.TypeOf(job) == type && Room() >= 1 && grants.TryGrow(job, (int)Room()))))
            {
                Close(leaf, active);
            }
        }

        double Room() => ledger.Guaranteed(account, type) - ledger.Used(account, type);
    }

    private bool IsWithin(int account, int ancestor)
    {
        while (account >= 0 && account != ancestor)
        {
            account = ledger.ParentOf(account);
        }

        return account == ancestor;
    }

    // One tenant a round that holds nothing while others do: more at once would be a storm of restarts.
    private void AdmitStarving()
    {
        var starving = -1;
        foreach (var (leaf, queue) in _queues)
        {
            if (ledger.Share(leaf) == 0 && Array.TrueForAll(queue.Jobs, job => jobs[job].Allocation.IsEmpty) && Array.Exists(queue.Jobs, HasWaitedLong)
                && (starving < 0 || ledger.Rank(leaf).CompareTo(ledger.Rank(starving)) < 0))
            {
                starving = leaf;
            }
        }

        if (starving >= 0)
        {
            Serve(_queues[starving]);
        }
    }

    private bool HasWaitedLong(int job)
    {
        var since = jobs[job].RunSeconds > 0 ? Math.Max(jobs[job].SubmitSeconds, jobs[job].AllocatedSeconds) : jobs[job].SubmitSeconds;
        return jobs[job].Allocation.IsEmpty && now - since >= options.StarvationSeconds;
    }

    // The oldest first, so that the youngest go where a guarantee took the room. What has just been started stays before other tenants, not
    // before a job of its own tenant that goes first and could run in its place: that takes what they hold together, or, where it needs
    // more, its turn with all others.
    private void KeepRecent(IReadOnlyList<int> candidates, int types)
    {
        var contested = new SortedDictionary<int, List<int>>();
        foreach (var job in candidates.Where(job => !jobs[job].Allocation.IsEmpty
            && (now - jobs[job].AllocatedSeconds < options.FairShareQuantumSeconds || _staying.Contains(job)))
            .OrderByDescending(job => jobs[job].Priority).ThenBy(job => jobs[job].AllocatedSeconds).ThenBy(job => jobs[job].SubmitSeconds))
        {
            var leaf = ledger.LeafOf(jobs[job].Tenant);
            if (grants.CountOf(job) == 0 && grants.CouldReplace(LeastOfContenders(_queues[leaf], jobs[job].Priority, types), job))
            {
                (contested.TryGetValue(leaf, out var list) ? list : contested[leaf] = []).Add(job);
            }
            else
            {
                Keep(job);
            }
        }

        foreach (var (leaf, recent) in contested)
        {
            KeepAfterContenders(leaf, recent);
        }
    }

    private void KeepAfterContenders(int leaf, List<int> recent)
    {
        var budget = recent.Sum(job => jobs[job].Allocation.Amount);
        foreach (var job in Contenders(leaf, jobs[recent[^1]].Priority).ToList())
        {
            if (grants.Amount(job) > budget + 1e-9)
            {
                return;
            }

            budget -= TryGrant(job) && Note(job) ? grants.Amount(job) : 0;
        }

        foreach (var job in recent.Where(job => jobs[job].Allocation.Amount <= budget + 1e-9))
        {
            budget -= Keep(job) ? jobs[job].Allocation.Amount : 0;
        }
    }

    private IEnumerable<int> Contenders(int leaf, int priority) => _queues[leaf].Jobs.TakeWhile(job => jobs[job].Priority > priority).Where(IsContender);

    private bool IsContender(int job) => grants.CountOf(job) == 0 && !grants.IsInPlace(job);

    // By type, the least that any of them needs. Asked from the highest priority down: when it is a priority's turn, nobody above it is kept any
    // more, so that each is looked at once.
    private double[] LeastOfContenders(LeafQueue queue, int priority, int types)
    {
        queue.Least ??= [.. Enumerable.Repeat(double.PositiveInfinity, types)];
        for (; queue.Noted < queue.Jobs.Length && queue.Jobs[queue.Noted] is var job && jobs[job].Priority > priority; queue.Noted++)
        {
            if (IsContender(job))
            {
                grants.NoteLeast(job, queue.Least);
            }
        }

        return queue.Least;
    }

    private bool Keep(int job)
    {
        var isKept = grants.CountOf(job) > 0 || (grants.TryKeep(job) && Note(job));
        while (isKept && grows && jobs[job].Allocation.Accelerators - grants.CountOf(job) is > 0 and var more && grants.TryGrow(job, more))
        {
        }

        return isKept;
    }

    // The next job of the queue that can be given something; false where there is none left.
    private bool Serve(LeafQueue queue)
    {
        while (queue.Next < queue.Jobs.Length)
        {
            var job = queue.Jobs[queue.Next++];
            if (grants.CountOf(job) > 0)
            {
                continue;
            }

            if (TryGrant(job))
            {
                return Note(job);
            }

            grants.NoteStarved(job, HasWaitedLong(job));
        }

        while (queue.Growing.TryDequeue(out var job))
        {
            if (grants.TryGrow(job, int.MaxValue))
            {
                queue.Growing.Enqueue(job);
                return true;
            }
        }

        return false;
    }

    // A part is placed at once, so that somebody has to make room by name where it is its turn and nothing is free; whole accelerators are
    // numbers until the policy places them.
    private bool TryGrant(int job) =>
        grants.TryAny(job) || (jobs[job].Fraction is not null && jobs[job].Allocation.IsEmpty && grants.TryPartOfOthers(job, Later(job)));

    private IEnumerable<int> Later(int job) =>
        (_victims ??= new PartVictims(jobs, _queues.ToDictionary(queue => queue.Key, queue => queue.Value.Jobs), grants.IsOut)).Of(ledger.LeafOf(jobs[job].Tenant), job);

    private bool Note(int job)
    {
        if (grows)
        {
            _queues[ledger.LeafOf(jobs[job].Tenant)].Growing.Enqueue(job);
        }

        return true;
    }

    /// <summary>Jobs of one tenant in the order in which they are served.</summary>
    private sealed class LeafQueue(int[] jobs)
    {
        public int[] Jobs { get; } = jobs;

        public int Next { get; set; }

        /// <summary>How many were looked at for <see cref="Least"/>.</summary>
        public int Noted { get; set; }

        /// <summary>By type, the least that contenders need.</summary>
        public double[]? Least { get; set; }

        public Queue<int> Growing { get; } = new();
    }
}
