using OrleansCompute.Scheduling.Incremental;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Scheduling.Tests.Incremental;

/// <summary>Which jobs an incremental decision asks about, found by looking at every job for every rule.</summary>
internal sealed class IncrementalChoiceReference
{
    // Times as many as may wait and start otherwise.
    private const int MostPromised = 4;
    private readonly ClusterSnapshot _cluster;
    private readonly IReadOnlyList<JobSnapshot> _jobs;
    private readonly bool _isElastic;
    private readonly double _now;
    private readonly IncrementalOptions _options;
    private readonly TenantLedger _ledger;
    private readonly bool[] _isAsked;

    // Of each type: accelerators that nobody holds, that those asked may give, and that are shared by parts.
    private readonly int[] _free;
    private readonly int[] _shared;

    public IncrementalChoiceReference(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, bool isElastic, double now, IncrementalOptions options)
    {
        (_cluster, _jobs, _isElastic, _now, _options) = (cluster, jobs, isElastic, now, options);
        _isAsked = new bool[jobs.Count];
        _free = [.. cluster.AcceleratorsPerType];
        _shared = new int[_free.Length];
        _ledger = new TenantLedger(cluster, jobs, 0);
        var devices = new HashSet<(int Node, int Device)>();
        foreach (var job in jobs)
        {
            foreach (var share in job.Allocation.Shares.Where(share => share.Node < cluster.Nodes.Length))
            {
                var type = cluster.TypeOf(share.Node);
                _ledger.Charge(_ledger.LeafOf(job.Tenant), type, job.Allocation.Device?.ComputeShare ?? share.Accelerators, job);
                if (job.Allocation.Device is not { } part)
                {
                    _free[type] -= cluster.Nodes[share.Node].TakesWork ? share.Accelerators : 0;
                }
                else if (devices.Add((part.Node, part.Device)) && cluster.Nodes[share.Node].TakesWork)
                {
                    _free[type]--;
                    _shared[type]++;
                }
            }
        }
    }

    /// <summary>Whether jobs are to be asked about with the least that they run with.</summary>
    public bool IsLeast { get; private set; }

    /// <summary>True for each job to ask about; null where it has to be a whole round.</summary>
    /// <param name="changed">Jobs that are among them for certain.</param>
    public bool[]? Make(IEnumerable<int> changed)
    {
        foreach (var job in changed)
        {
            _isAsked[job] = true;
        }

        if (!AskDeadlines())
        {
            return null;
        }

        // Those that run may have to give.
        for (var job = 0; job < _jobs.Count; job++)
        {
            Release(job, _isAsked[job] && _jobs[job].IsPreemptible && _jobs[job].Allocation.Device is null);
        }

        var (promised, isAnyPromised) = Promised();
        if (promised.Sum(line => line.Jobs.Count) > MostPromised * Math.Max(1, _options.Waiting))
        {
            AskFewPromised(promised);
            return _isAsked;
        }

        foreach (var job in promised.SelectMany(line => line.Jobs))
        {
            _isAsked[job] = true;
        }

        // What running jobs give goes to who is promised something first: to all of those, and that is for a whole round.
        AskRunning(isAnyPromised ? 0 : _options.Running);
        AskStarving();
        AskWaiting();
        return _isAsked;
    }

    private bool AskDeadlines()
    {
        var count = 0;
        for (var job = 0; job < _jobs.Count; job++)
        {
            if (_jobs[job].DeadlineSeconds > _now)
            {
                _isAsked[job] = true;
                count++;
            }
        }

        return count <= _options.Deadlines;
    }

    private void AskRunning(int most)
    {
        var running = new PriorityQueue<int, (int, int, int)>();
        for (var job = 0; job < _jobs.Count; job++)
        {
            var about = _jobs[job];
            if (about.Allocation.IsEmpty || !about.IsPreemptible || about.Allocation.Device is not null)
            {
                continue;
            }

            if (IsMoved(about.Allocation))
            {
                // What a node that is going takes with it must be moved, however many there are.
                _isAsked[job] = true;
            }
            else
            {
                Offer(running, job, (-about.Priority, about.Allocation.Accelerators - about.MinAccelerators, job), most);
            }
        }

        foreach (var (job, _) in running.UnorderedItems)
        {
            Release(job, !_isAsked[job]);
            _isAsked[job] = true;
        }
    }

    // Another may go before it.
    private void Release(int job, bool isGiving)
    {
        foreach (var share in isGiving ? _jobs[job].Allocation.Shares : [])
        {
            if (share.Node < _cluster.Nodes.Length && _cluster.Nodes[share.Node].TakesWork)
            {
                _free[_cluster.TypeOf(share.Node)] += share.Accelerators;
            }
        }
    }

    private void AskStarving()
    {
        var starving = new PriorityQueue<int, (double, int)>();
        for (var job = 0; job < _jobs.Count; job++)
        {
            var about = _jobs[job];
            if (about.Allocation.IsEmpty && about.Fraction is null)
            {
                var since = about.RunSeconds > 0 ? Math.Max(about.SubmitSeconds, about.AllocatedSeconds) : about.SubmitSeconds;
                if (_now - since >= _options.StarvationSeconds)
                {
                    Offer(starving, job, (_now - since, -job), _options.Starving);
                }
            }
        }

        foreach (var (job, _) in starving.UnorderedItems)
        {
            _isAsked[job] = true;
        }
    }

    // Nobody but those who are promised something, each with no more than that: so nobody takes what others of them, who are not asked,
    // could have.
    private void AskFewPromised(List<(double Open, List<int> Jobs)> promised)
    {
        IsLeast = true;
        var most = Math.Max(1, MostPromised * _options.Waiting / promised.Count);
        for (var job = 0; job < _jobs.Count; job++)
        {
            var isMoved = !_jobs[job].Allocation.IsEmpty && _jobs[job].IsPreemptible && _jobs[job].Allocation.Device is null && IsMoved(_jobs[job].Allocation);
            _isAsked[job] = isMoved || _jobs[job].DeadlineSeconds > _now;
        }

        foreach (var (open, jobs) in promised)
        {
            var left = open;
            foreach (var job in jobs.OrderByDescending(job => _jobs[job].Priority).ThenBy(job => job).Take(most))
            {
                if (Amount(_jobs[job]) is var amount && amount <= left)
                {
                    _isAsked[job] = true;
                    left -= amount;
                }
            }
        }
    }

    // For each tenant that lacks something of its guarantee, jobs that may start within it, or within that of one above: of each size as
    // many as can, first in line first, as those of one size may leave room for those of another. And whether any of them waits, whatever
    // is free.
    private (List<(double Open, List<int> Jobs)> Lines, bool IsAny) Promised()
    {
        var promises = new Dictionary<(int Account, int Type), Dictionary<double, PriorityQueue<int, (int, int)>>>();
        for (var account = 1; account < _ledger.Count; account++)
        {
            for (var type = 0; type < _free.Length; type++)
            {
                if (Lacks(account, type) > 0)
                {
                    promises.Add((account, type), []);
                }
            }
        }

        var isAny = false;
        for (var job = 0; job < _jobs.Count && promises.Count > 0; job++)
        {
            var leaf = _ledger.LeafOf(_jobs[job].Tenant);
            for (var at = leaf; at > 0 && _jobs[job].Allocation.IsEmpty; at = _ledger.ParentOf(at))
            {
                for (var type = 0; type < _free.Length; type++)
                {
                    if (promises.TryGetValue((at, type), out var sizes) && _jobs[job].Accepts(_cluster.Types[type])
                        && Amount(_jobs[job]) is > 0 and var amount && amount <= Math.Min(Lacks(at, type), _ledger.Room(leaf, type)))
                    {
                        isAny = true;
                        var most = (int)Math.Min(int.MaxValue, Math.Floor(Math.Min(_free[type], Lacks(at, type)) / amount));
                        Offer(sizes.TryGetValue(amount, out var queue) ? queue : sizes[amount] = new(), job, (_jobs[job].Priority, -job), most);
                    }
                }
            }
        }

        return ([.. promises.Select(promise => (
            Math.Min(_free[promise.Key.Type], Lacks(promise.Key.Account, promise.Key.Type)),
            promise.Value.Values.SelectMany(queue => queue.UnorderedItems).Select(item => item.Element).ToList())).Where(line => line.Item2.Count > 0)], isAny);
    }

    private double Lacks(int account, int type) => _ledger.Guaranteed(account, type) - _ledger.Used(account, type);

    private void AskWaiting()
    {
        var waiting = new Dictionary<int, PriorityQueue<int, (int, double, int)>>();
        var room = new Dictionary<int, double[]>();
        for (var job = 0; job < _jobs.Count; job++)
        {
            var about = _jobs[job];
            if (_isAsked[job] || !about.Allocation.IsEmpty)
            {
                continue;
            }

            var leaf = _ledger.LeafOf(about.Tenant);
            if (!room.TryGetValue(leaf, out var rooms))
            {
                room.Add(leaf, rooms = [.. Enumerable.Range(0, _free.Length).Select(type => _ledger.Room(leaf, type))]);
                waiting.Add(leaf, new PriorityQueue<int, (int, double, int)>());
            }

            if (MayStart(about, rooms))
            {
                Offer(waiting[leaf], job, (about.Priority, -about.AttainedAcceleratorSeconds / about.Weight, -job), _options.Waiting);
            }
        }

        // One of each tenant after the other: those of one must not hide all others'.
        var lines = waiting.Where(line => line.Value.Count > 0).OrderBy(line => _ledger.Rank(line.Key)).Select(line => BestFirst(line.Value)).ToList();
        var left = _options.Waiting;
        for (var place = 0; left > 0 && lines.Count > 0; place++)
        {
            foreach (var line in lines.TakeWhile(_ => left > 0))
            {
                _isAsked[line[place]] = true;
                left--;
            }

            lines.RemoveAll(line => line.Length <= place + 1);
        }
    }

    // By what there is in all; whether it is on the right nodes is for the policy.
    private bool MayStart(JobSnapshot job, double[] rooms)
    {
        var (amount, mixed, within) = (Amount(job), 0, 0.0);
        for (var type = 0; type < rooms.Length; type++)
        {
            if (!job.Accepts(_cluster.Types[type]))
            {
                continue;
            }

            if (rooms[type] >= amount && (_free[type] >= amount || (job.Fraction is not null && _shared[type] > 0)))
            {
                return true;
            }

            mixed += Math.Max(0, _free[type]);
            within += Math.Max(0, rooms[type]);
        }

        return job.MayMixTypes && mixed >= amount && within >= amount;
    }

    private double Amount(JobSnapshot job) => job.Fraction?.ComputeShare ?? (_isElastic ? job.MinAccelerators : job.RequestedAccelerators);

    private bool IsMoved(Allocation allocation)
    {
        foreach (var share in allocation.Shares)
        {
            if (share.Node >= _cluster.Nodes.Length || !_cluster.Nodes[share.Node].TakesWork)
            {
                return true;
            }
        }

        return false;
    }

    // The smallest leaves, so that the queue holds the largest so many.
    private static void Offer<TKey>(PriorityQueue<int, TKey> queue, int job, TKey key, int most)
    {
        if (queue.Count < most)
        {
            queue.Enqueue(job, key);
        }
        else if (most > 0)
        {
            queue.EnqueueDequeue(job, key);
        }
    }

    private static int[] BestFirst<TKey>(PriorityQueue<int, TKey> queue)
    {
        var jobs = new int[queue.Count];
        for (var i = jobs.Length - 1; i >= 0; i--)
        {
            jobs[i] = queue.Dequeue();
        }

        return jobs;
    }
}
