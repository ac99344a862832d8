using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>
/// What a job could be given, and how fast it would be: whole numbers of accelerators of one type, up to a node and then in whole nodes,
/// and what it holds now. Speeds count in what one accelerator of its best type gives, less what a restart would cost.
/// </summary>
internal sealed class JobMenu
{
    // Beyond, rings are long anyway, and one node more or less is nothing.
    private const int MaxSpread = 8;
    private readonly ClusterSnapshot _cluster;
    private readonly JobSnapshot _job;
    private readonly GoodputPolicyOptions _options;
    private readonly double _reference;
    private readonly double _keep = 1;
    private readonly List<MenuChoice> _choices = [];
    private bool _isComplete;
    private int _chosen = -1;
    private int _next = -1;

    public JobMenu(ClusterSnapshot cluster, JobSnapshot job, GoodputPolicyOptions options, double nowSeconds)
    {
        (_cluster, _job, _options) = (cluster, job, options);
        var isOnReadyNodes = !job.Allocation.IsEmpty;
        foreach (var share in job.Allocation.Shares)
        {
            isOnReadyNodes &= cluster.Nodes[share.Node].TakesWork;
        }

        for (var type = 0; type < cluster.Types.Length; type++)
        {
            if (IsAcceptable(type))
            {
                _reference = Math.Max(_reference, Goodput(type, 1, 1));
            }
        }

        if (_reference == 0)
        {
            // Nothing is known of one accelerator: by the smallest gang, as if it were as fast as its size.
            _reference = Enumerable.Range(0, cluster.Types.Length).Where(IsAcceptable)
                .Select(type => Goodput(type, NodesFor(type, job.MinAccelerators), job.MinAccelerators) / job.MinAccelerators)
                .DefaultIfEmpty(0).Max();
        }

        if (job.RunSeconds > 0)
        {
            var horizon = Math.Min(
                options.MaxHorizonRestarts, options.MinHorizonRestarts + (options.HorizonGrowth * job.RunSeconds / Math.Max(1, job.RestartSeconds)));

            // What has stayed as it is for long will stay so for long: in a quiet pool small gains are worth a restart.
            var stay = options.StayGrowth * (nowSeconds - job.AllocatedSeconds) / Math.Max(1, job.RestartSeconds);
            horizon = Math.Max(horizon, Math.Min(options.MaxStayRestarts, stay));
            _keep = 1 - (1 / horizon);
        }

        if (isOnReadyNodes)
        {
            var type = cluster.TypeOf(job.Allocation);
            var count = job.Allocation.Accelerators;

            // Of several types: as fast as if all were of the slowest. That is less than the truth, so a change is taken early, not late.
            var speed = Enumerable.Range(0, cluster.Types.Length).Where(held => cluster.CountOf(job.Allocation, held) > 0)
                .Min(held => Relative(held, job.Allocation.Nodes, count));
            _choices.Add(new MenuChoice(type, count, job.Allocation.Nodes, speed, IsCurrent: true));
        }
    }

    /// <summary>What a unit of speed is worth.</summary>
    public double Weight { get; set; }

    public MenuChoice? Chosen => _chosen < 0 ? null : _choices[_chosen];

    public int Accelerators => _chosen < 0 ? 0 : _choices[_chosen].Accelerators;

    /// <summary>Jobs that may not be touched keep what they hold, whatever it costs others.</summary>
    public bool IsPinned => !_job.IsPreemptible && _choices.Count > 0 && _choices[0].IsCurrent;

    /// <summary>The speed with this share of every type, from 0 to 1, at its best.</summary>
    public double SpeedWith(double share)
    {
        var best = share * 1e-3;
        for (var type = 0; type < _cluster.Types.Length; type++)
        {
            if (!IsAcceptable(type))
            {
                continue;
            }

            var most = Math.Min(_job.MaxAccelerators, share * _cluster.AcceleratorsPerType[type]);
            if (most < _job.MinAccelerators)
            {
                var smallest = Relative(type, NodesFor(type, _job.MinAccelerators), _job.MinAccelerators);
                best = Math.Max(best, smallest * most / _job.MinAccelerators);
            }

            for (var count = _job.MinAccelerators; count <= most; count = After(type, count))
            {
                best = Math.Max(best, Fastest(type, count).Speed);
            }
        }

        return best;
    }

    /// <summary>Finds the step from what is chosen that adds most worth per accelerator and fits; its worth, or 0 where there is none.</summary>
    public double FindNext(ReadOnlySpan<int> left)
    {
        _next = -1;
        Complete();
        var (count, speed) = _chosen < 0 ? (0, 0.0) : (Accelerators, _choices[_chosen].Speed);
        var best = 0.0;
        for (var i = 0; i < _choices.Count; i++)
        {
            var choice = _choices[i];
            var more = choice.Accelerators - count;
            if (choice.Speed > speed && more > 0 && FitsInto(choice, left))
            {
                var slope = (choice.Speed - speed) / more;
                if (slope > best && (_chosen < 0 || choice.IsCurrent || slope >= _options.MinMarginalEfficiency))
                {
                    (best, _next) = (slope, i);
                }
            }
        }

        return best * Weight;
    }

    /// <summary>Whether the step that was found still fits.</summary>
    public bool Fits(ReadOnlySpan<int> left) => FitsInto(_choices[_next], left);

    /// <summary>Takes the step that was found.</summary>
    public void Advance(Span<int> left)
    {
        if (_chosen >= 0)
        {
            Add(_choices[_chosen], 1, left);
        }

        _chosen = _next;
        Add(_choices[_chosen], -1, left);
    }

    /// <summary>Chooses what the job holds, before anything else.</summary>
    public void Pin(Span<int> left)
    {
        _chosen = 0;
        Add(_choices[0], -1, left);
    }

    /// <summary>Fewest accelerators.</summary>
    public int MinAccelerators => _job.MinAccelerators;

    /// <summary>Least speed that a further accelerator must add.</summary>
    public double LeastGain => _options.MinMarginalEfficiency;

    /// <summary>Speed on what would really be given, restarts left out.</summary>
    public double Relative(int type, int nodes, int accelerators) =>
        _reference > 0 ? Goodput(type, nodes, accelerators) / _reference : 0;

    /// <summary>On how many nodes so many are fastest.</summary>
    public int BestNodes(int type, int accelerators) => Fastest(type, accelerators).Nodes;

    /// <summary>The next larger number that may be given; 0 where there is none.</summary>
    public int Larger(int type, int accelerators)
    {
        var next = After(type, accelerators);
        return next <= Most(type) ? next : 0;
    }

    private bool FitsInto(MenuChoice choice, ReadOnlySpan<int> left)
    {
        if (choice.Type >= 0)
        {
            return choice.Accelerators <= left[choice.Type] + (_chosen < 0 ? 0 : Of(_choices[_chosen], choice.Type));
        }

        for (var type = 0; type < left.Length; type++)
        {
            if (Of(choice, type) > left[type] + (_chosen < 0 ? 0 : Of(_choices[_chosen], type)))
            {
                return false;
            }
        }

        return true;
    }

    private void Add(MenuChoice choice, int sign, Span<int> left)
    {
        for (var type = choice.Type >= 0 ? choice.Type : 0; type < (choice.Type >= 0 ? choice.Type + 1 : left.Length); type++)
        {
            left[type] += sign * Of(choice, type);
        }
    }

    private int Of(MenuChoice choice, int type) =>
        choice.Type >= 0 ? (choice.Type == type ? choice.Accelerators : 0) : _cluster.CountOf(_job.Allocation, type);

    // For a job that holds nothing only the smallest gang is looked at, until it has that: of ten thousand that wait, few get further.
    private void Complete()
    {
        var isFirst = _chosen < 0 && _job.Allocation.IsEmpty;
        if (_isComplete || (isFirst && _choices.Count > 0))
        {
            return;
        }

        _isComplete = !isFirst;
        for (var type = 0; type < _cluster.Types.Length; type++)
        {
            var most = IsAcceptable(type) ? Most(type) : 0;
            var count = _job.MinAccelerators;
            if (isFirst)
            {
                most = Math.Min(most, count);
            }
            else if (_job.Allocation.IsEmpty)
            {
                count = After(type, count);
            }

            for (; count <= most; count = After(type, count))
            {
                var (nodes, speed) = Fastest(type, count);
                if (speed > 0)
                {
                    _choices.Add(new MenuChoice(type, count, nodes, speed * _keep, IsCurrent: false));
                }
            }
        }
    }

    // The fewest nodes, or up to twice as many where the model says that they are clearly faster: two nodes of the Pollux testbed share
    // one link between them, and eight accelerators on three or four nodes train up to 1.5 times as fast as on two.
    private (int Nodes, double Speed) Fastest(int type, int count)
    {
        const double Clearly = 1.05;
        var fewest = NodesFor(type, count);
        var best = (Nodes: fewest, Speed: Relative(type, fewest, count));
        for (var nodes = fewest + 1; fewest > 1 && nodes <= Math.Min(2 * fewest, count) && nodes <= MaxSpread; nodes++)
        {
            if (Relative(type, nodes, count) is var speed && speed > Clearly * best.Speed)
            {
                best = (nodes, speed);
            }
        }

        return best;
    }

    private int Most(int type) => Math.Min(
        Math.Min(_job.MaxAccelerators, _cluster.AcceleratorsPerType[type]),
        Math.Max(_job.MinAccelerators, _job.Goodput?.MaxTrustedAccelerators(_cluster.Types[type]) ?? Unknown(type)));

    // Where nothing is known of its speed, its owner's word counts, up to a node.
    private int Unknown(int type) => Math.Min(_job.RequestedAccelerators, _cluster.LargestNodePerType[type]);

    // One by one to four, then in powers of two to a node, then in whole nodes, from sixteen on in quarters more: what leaves few holes.
    private int After(int type, int count)
    {
        var perNode = Math.Max(1, _cluster.LargestNodePerType[type]);
        if (count < perNode)
        {
            return count < 4 ? count + 1 : Math.Min(perNode, count * 2);
        }

        var nodes = count / perNode;
        return (nodes + Math.Max(1, nodes / 16 * 4)) * perNode;
    }

    private bool IsAcceptable(int type) => _cluster.AcceleratorsPerType[type] > 0 && _job.Accepts(_cluster.Types[type]);

    private int NodesFor(int type, int count) =>
        (count + _cluster.LargestNodePerType[type] - 1) / Math.Max(1, _cluster.LargestNodePerType[type]);

    private double Goodput(int type, int nodes, int count) =>
        _job.Goodput is { } model ? model.Goodput(_cluster.Types[type], nodes, count) : count;
}
