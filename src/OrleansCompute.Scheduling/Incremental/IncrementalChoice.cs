using System.Buffers;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Scheduling.Incremental;

/// <summary>Which jobs an incremental decision asks about. One pass over all jobs, and some over those that a rule is about; not thread-safe, used once.</summary>
internal sealed class IncrementalChoice : IDisposable
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

    // Each job is looked at once, and what the rules need is put together: ten thousand of them do not fit into what a core has at hand.
    private readonly List<int> _holding = [];
    private readonly List<int> _moved = [];
    private readonly List<int> _deadlines = [];

    // Of ten thousand jobs these are large objects, which only collections of all memory free: lent, and given back.
    private readonly GivingJob[] _givers;
    private readonly WaitingJob[] _waiters;
    private readonly int _giverCount;
    private readonly int _waiterCount;

    // By account and type: how much more the hard limits allow; no number where nobody has asked yet.
    private readonly double[] _room;

    // Of each type: accelerators that nobody holds, that those asked may give, and that are shared by parts.
    private readonly int[] _free;
    private readonly int[] _shared;

    public IncrementalChoice(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, bool isElastic, double now, IncrementalOptions options)
    {
        (_cluster, _jobs, _isElastic, _now, _options) = (cluster, jobs, isElastic, now, options);
        _isAsked = new bool[jobs.Count];
        (_givers, _waiters) = (ArrayPool<GivingJob>.Shared.Rent(jobs.Count), ArrayPool<WaitingJob>.Shared.Rent(jobs.Count));
        _free = [.. cluster.AcceleratorsPerType];
        _shared = new int[_free.Length];
        _ledger = new TenantLedger(cluster, jobs, 0);
        _room = new double[_ledger.Count * _free.Length];
        Array.Fill(_room, double.NaN);
        var devices = new HashSet<(int Node, int Device)>();
        for (var job = 0; job < _isAsked.Length; job++)
        {
            var (about, leaf) = (jobs[job], _ledger.LeafOf(job));
            if (about.DeadlineSeconds > now)
            {
                _deadlines.Add(job);
            }

            if (about.Allocation.IsEmpty)
            {
                _waiters[_waiterCount++] = new WaitingJob(
                    job, leaf, about.Priority, Amount(about), about.Types.IsDefaultOrEmpty, about.Fraction is not null, about.MayMixTypes);
                continue;
            }

            _holding.Add(job);
            if (about.IsPreemptible && about.Allocation.Device is null)
            {
                if (IsMoved(about.Allocation))
                {
                    _moved.Add(job);
                }
                else
                {
                    _givers[_giverCount++] = new GivingJob(job, about.Priority, about.Allocation.Accelerators - about.MinAccelerators);
                }
            }

            Charge(about, leaf, devices);
        }
    }

    /// <summary>Jobs that hold something, in their order.</summary>
    public IReadOnlyList<int> Holding => _holding;

    /// <summary>Accounts of all jobs, by their order, with what is held.</summary>
    public TenantLedger Ledger => _ledger;

    /// <summary>Whether jobs are to be asked about with the least that they run with.</summary>
    public bool IsLeast { get; private set; }

    private ReadOnlySpan<GivingJob> Giving => _givers.AsSpan(0, _giverCount);

    private ReadOnlySpan<WaitingJob> Waiting => _waiters.AsSpan(0, _waiterCount);

    /// <summary>Gives back what was lent.</summary>
    public void Dispose()
    {
        ArrayPool<GivingJob>.Shared.Return(_givers);
        ArrayPool<WaitingJob>.Shared.Return(_waiters);
    }

    /// <summary>True for each job to ask about; null where it has to be a whole round.</summary>
    /// <param name="changed">Jobs that are among them for certain.</param>
    public bool[]? Make(IEnumerable<int> changed)
    {
        foreach (var job in changed)
        {
            _isAsked[job] = true;
        }

        if (_deadlines.Count > _options.Deadlines)
        {
            return null;
        }

        foreach (var job in _deadlines)
        {
            _isAsked[job] = true;
        }

        // Those that run may have to give.
        for (var job = 0; job < _isAsked.Length; job++)
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

    private void Charge(JobSnapshot about, int leaf, HashSet<(int Node, int Device)> devices)
    {
        foreach (var share in about.Allocation.Shares)
        {
            if (share.Node >= _cluster.Nodes.Length)
            {
                continue;
            }

            var (type, takesWork) = (_cluster.TypeOf(share.Node), _cluster.Nodes[share.Node].TakesWork);
            _ledger.Charge(leaf, type, about.Allocation.Device?.ComputeShare ?? share.Accelerators, about);
            if (about.Allocation.Device is not { } part)
            {
                _free[type] -= takesWork ? share.Accelerators : 0;
            }
            else if (devices.Add((part.Node, part.Device)) && takesWork)
            {
                _free[type]--;
                _shared[type]++;
            }
        }
    }

    private void AskRunning(int most)
    {
        foreach (var job in _moved)
        {
            // What a node that is going takes with it must be moved, however many there are.
            _isAsked[job] = true;
        }

        var running = new PriorityQueue<int, (int, int, int)>();
        foreach (var holder in most > 0 ? Giving : [])
        {
            Offer(running, holder.Job, (-holder.Priority, holder.Spare, holder.Job), most);
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
        foreach (var waiter in Waiting)
        {
            if (!waiter.IsPart)
            {
                var about = _jobs[waiter.Job];
                var since = about.RunSeconds > 0 ? Math.Max(about.SubmitSeconds, about.AllocatedSeconds) : about.SubmitSeconds;
                if (_now - since >= _options.StarvationSeconds)
                {
                    Offer(starving, waiter.Job, (_now - since, -waiter.Job), _options.Starving);
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
        Array.Clear(_isAsked);
        foreach (var job in _moved.Concat(_deadlines))
        {
            _isAsked[job] = true;
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
        var types = _free.Length;
        var promises = new Dictionary<double, PriorityQueue<int, (int, int)>>?[_ledger.Count * types];
        var isAnyPromise = false;
        for (var account = 1; account < _ledger.Count; account++)
        {
            for (var type = 0; type < types; type++)
            {
                if (Lacks(account, type) > 0)
                {
                    promises[(account * types) + type] = [];
                    isAnyPromise = true;
                }
            }
        }

        var isAny = false;
        foreach (var waiter in isAnyPromise ? Waiting : [])
        {
            for (var at = waiter.Leaf; at > 0; at = _ledger.ParentOf(at))
            {
                for (var type = 0; type < types; type++)
                {
                    if (promises[(at * types) + type] is { } sizes && waiter.Amount > 0 && waiter.Amount <= Math.Min(Lacks(at, type), Room(waiter.Leaf, type))
                        && Accepts(waiter, type))
                    {
                        isAny = true;
                        var most = (int)Math.Min(int.MaxValue, Math.Floor(Math.Min(_free[type], Lacks(at, type)) / waiter.Amount));
                        Offer(
                            sizes.TryGetValue(waiter.Amount, out var queue) ? queue : sizes[waiter.Amount] = new(), waiter.Job, (waiter.Priority, -waiter.Job), most);
                    }
                }
            }
        }

        var lines = new List<(double Open, List<int> Jobs)>();
        for (var index = 0; index < promises.Length; index++)
        {
            if (promises[index]?.Values.SelectMany(queue => queue.UnorderedItems).Select(item => item.Element).ToList() is { Count: > 0 } jobs)
            {
                lines.Add((Math.Min(_free[index % types], Lacks(index / types, index % types)), jobs));
            }
        }

        return (lines, isAny);
    }

    private bool Accepts(in WaitingJob waiter, int type) => waiter.AcceptsAll || _jobs[waiter.Job].Accepts(_cluster.Types[type]);

    private double Room(int leaf, int type)
    {
        ref var room = ref _room[(leaf * _free.Length) + type];
        return double.IsNaN(room) ? room = _ledger.Room(leaf, type) : room;
    }

    private double Lacks(int account, int type) => _ledger.Guaranteed(account, type) - _ledger.Used(account, type);

    private void AskWaiting()
    {
        var waiting = new PriorityQueue<int, (int, double, int)>?[_ledger.Count];
        foreach (var waiter in Waiting)
        {
            if (!_isAsked[waiter.Job] && MayStart(waiter))
            {
                var about = _jobs[waiter.Job];
                Offer(
                    waiting[waiter.Leaf] ??= new(), waiter.Job, (waiter.Priority, -about.AttainedAcceleratorSeconds / about.Weight, -waiter.Job), _options.Waiting);
            }
        }

        // One of each tenant after the other: those of one must not hide all others'.
        var lines = Enumerable.Range(0, waiting.Length).Where(leaf => waiting[leaf] is { Count: > 0 }).OrderBy(_ledger.Rank).Select(leaf => BestFirst(waiting[leaf]!)).ToList();
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
    private bool MayStart(in WaitingJob waiter)
    {
        var (amount, mixed, within) = (waiter.Amount, 0, 0.0);
        for (var type = 0; type < _free.Length; type++)
        {
            if (!Accepts(waiter, type))
            {
                continue;
            }

            var room = Room(waiter.Leaf, type);
            if (room >= amount && (_free[type] >= amount || (waiter.IsPart && _shared[type] > 0)))
            {
                return true;
            }

            mixed += Math.Max(0, _free[type]);
            within += Math.Max(0, room);
        }

        return waiter.MayMix && mixed >= amount && within >= amount;
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
