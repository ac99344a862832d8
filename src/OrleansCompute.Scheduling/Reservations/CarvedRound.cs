using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Scheduling.Reservations;

/// <summary>
/// A round in which some jobs are decided already: the policy within is asked about the others. Where it knows rules for jobs that may not
/// be touched, those that are decided are shown to it as such, so that it counts them for their tenants; else it is shown what is left of
/// the nodes. Nodes and types keep their numbers. Running jobs that no longer fit beside what was decided are shown as waiting, of the lowest
/// priority first, among those the one that got its accelerators last, and those that may not be touched last. For one round; not thread-safe.
/// </summary>
/// <param name="cluster">What there is.</param>
/// <param name="jobs">All jobs.</param>
/// <param name="displacesParts">Whether jobs on parts of accelerators leave as well, all of one accelerator together; else they stay.</param>
internal sealed class CarvedRound(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, bool displacesParts = false)
{
    private const double Tolerance = 1e-9;
    private readonly JobDecision?[] _decided = new JobDecision?[jobs.Count];
    private readonly JobSnapshot[] _jobs = [.. jobs];
    private readonly int[] _taken = new int[cluster.Nodes.Length];
    private readonly double[] _cores = new double[cluster.Nodes.Length];
    private readonly double[] _bytes = new double[cluster.Nodes.Length];
    private readonly HashSet<(int Node, int Device)> _shared = [];
    private bool _isCarved;

    public bool IsDecided(int job) => _decided[job] is not null;

    /// <summary>The job as the policy within will see it.</summary>
    public JobSnapshot Job(int job) => _jobs[job];

    /// <summary>Decides a job: what it gets is not there for the others.</summary>
    public void Pin(int job, JobDecision decision)
    {
        _decided[job] = decision;
        foreach (var share in decision.Allocation.Shares)
        {
            // Parts of one accelerator take it once.
            var amount = decision.Allocation.Device?.ComputeShare ?? share.Accelerators;
            _taken[share.Node] += decision.Allocation.Device is { } part && !_shared.Add((part.Node, part.Device)) ? 0 : share.Accelerators;
            _cores[share.Node] += amount * _jobs[job].CpuCoresPerAccelerator;
            _bytes[share.Node] += amount * _jobs[job].HostMemoryBytesPerAccelerator;
            _isCarved = true;
        }
    }

    /// <summary>Shows the policy within something else of a job.</summary>
    public void Change(int job, JobSnapshot snapshot) => _jobs[job] = snapshot;

    /// <summary>Keeps a job off a type; where it accepts no other, it waits for this reason.</summary>
    public void Forbid(int job, string type, string reason)
    {
        var types = cluster.Types.Where(other => other != type && _jobs[job].Accepts(other));
        _jobs[job] = _jobs[job] with { Types = [.. types] };
        if (_jobs[job].Types.IsEmpty)
        {
            _decided[job] = new JobDecision(Allocation.None, reason, _jobs[job].Memo);
        }
    }

    /// <summary>Asks the policy within about the rest.</summary>
    public JobDecision[] Decide(ISchedulingPolicy inner, double nowSeconds)
    {
        var open = Enumerable.Range(0, _jobs.Length).Where(job => _decided[job] is null).ToArray();
        if (_isCarved)
        {
            Displace(open, nowSeconds);
        }

        if (GovernedPolicy.Governs(inner))
        {
            DecideGoverned(inner, nowSeconds);
            return _decided!;
        }

        var left = _isCarved
            ? new ClusterSnapshot([.. cluster.Nodes.Select((node, i) => _taken[i] == 0 ? node : Rest(node, i))], cluster.Tenants, cluster.History)
            : cluster;
        var answers = open.Length == 0 ? [] : inner.Decide(left, [.. open.Select(job => _jobs[job])], nowSeconds);
        for (var i = 0; i < open.Length; i++)
        {
            _decided[open[i]] = answers[i];
        }

        return _decided!;
    }

    // Nothing left is not the same as no limit, which is what 0 says.
    private NodeSnapshot Rest(NodeSnapshot node, int index) => node with
    {
        Accelerators = Math.Max(0, node.Accelerators - _taken[index]),
        CpuCores = node.CpuCores == 0 ? 0 : Math.Max(1e-6, node.CpuCores - _cores[index]),
        HostMemoryBytes = node.HostMemoryBytes == 0 ? 0 : (long)Math.Max(1, node.HostMemoryBytes - _bytes[index]),
    };

    private void DecideGoverned(ISchedulingPolicy inner, double nowSeconds)
    {
        var shown = Enumerable.Range(0, _jobs.Length).Where(job => _decided[job] is not { Allocation.IsEmpty: true }).ToArray();
        var answers = inner.Decide(
            cluster,
            [.. shown.Select(job => _decided[job] is { } decided ? _jobs[job] with { Allocation = decided.Allocation, IsPreemptible = false } : _jobs[job])],
            nowSeconds);
        for (var i = 0; i < shown.Length; i++)
        {
            var isAsDecided = _decided[shown[i]] is { } decided && decided.Allocation.Equals(answers[i].Allocation);
            _decided[shown[i]] = isAsDecided ? _decided[shown[i]] : answers[i];
        }
    }

    private static bool IsFixed(JobSnapshot job, double now) => !job.IsPreemptible || now - job.AllocatedSeconds < job.MinRunSeconds;

    // Policies may rely on it that what jobs hold is there: accelerators, and their hosts' cores and memory.
    private void Displace(int[] open, double now)
    {
        var over = new Demand[cluster.Nodes.Length];
        foreach (var job in open)
        {
            Count(over, job, 1);
        }

        // Parts of one accelerator take it once; where one of them was decided, it is counted there.
        var parts = open.Where(job => _jobs[job].Allocation.Device is not null).GroupBy(job => (_jobs[job].Allocation.Device!.Value.Node, _jobs[job].Allocation.Device!.Value.Device))
            .ToDictionary(device => device.Key, device => device.ToList());
        foreach (var device in parts.Keys.Where(device => !_shared.Contains(device)))
        {
            over[device.Node].Accelerators++;
        }

        var isAny = false;
        for (var node = 0; node < over.Length; node++)
        {
            var has = cluster.Nodes[node];
            over[node].Accelerators -= has.Accelerators - _taken[node];
            over[node].Cores = has.CpuCores == 0 ? 0 : over[node].Cores - has.CpuCores + _cores[node];
            over[node].Bytes = has.HostMemoryBytes == 0 ? 0 : over[node].Bytes - has.HostMemoryBytes + _bytes[node];
            isAny |= IsOver(over[node]) && _taken[node] > 0;
        }

        foreach (var leaver in isAny ? Leavers(open, parts, now) : [])
        {
            if (!Array.Exists(leaver.Jobs, job => _jobs[job].Allocation.Shares.Any(share => _taken[share.Node] > 0 && Relieves(over[share.Node], leaver.Kind, _jobs[job]))))
            {
                continue;
            }

            foreach (var job in leaver.Jobs)
            {
                Count(over, job, -1);
                if (_jobs[job].Allocation.Device is { } part && parts[(part.Node, part.Device)].Remove(job) && parts[(part.Node, part.Device)].Count == 0
                    && !_shared.Contains((part.Node, part.Device)))
                {
                    over[part.Node].Accelerators--;
                }

                _jobs[job] = _jobs[job] with { Allocation = Allocation.None };
            }
        }
    }

    // In the order in which they leave: gangs; all parts of one accelerator, where it is needed; one part, where its host is.
    private IEnumerable<(LeaverKind Kind, int[] Jobs)> Leavers(int[] open, Dictionary<(int Node, int Device), List<int>> parts, double now)
    {
        var leavers = open.Where(job => _jobs[job].Allocation is { IsEmpty: false, Device: null }).Select(job => (Kind: LeaverKind.Gang, Jobs: (int[])[job])).ToList();
        if (displacesParts)
        {
            leavers.AddRange(parts.Where(device => !_shared.Contains(device.Key)).Select(device => (LeaverKind.Device, device.Value.ToArray())));
            leavers.AddRange(parts.Values.SelectMany(jobs => jobs).Select(job => (LeaverKind.Part, (int[])[job])));
        }

        return leavers.OrderBy(leaver => leaver.Jobs.Any(job => IsFixed(_jobs[job], now))).ThenBy(leaver => leaver.Jobs.Max(job => _jobs[job].Priority))
            .ThenByDescending(leaver => leaver.Jobs.Min(job => _jobs[job].AllocatedSeconds)).ThenByDescending(leaver => leaver.Jobs[0]);
    }

    // What one part leaves of an accelerator is of use to nobody who needs a whole one.
    private static bool Relieves(Demand over, LeaverKind kind, JobSnapshot job) => (over.Accelerators > 0 && kind != LeaverKind.Part)
        || (kind != LeaverKind.Device && ((over.Cores > Tolerance && job.CpuCoresPerAccelerator > 0) || (over.Bytes > Tolerance && job.HostMemoryBytesPerAccelerator > 0)));

    private static bool IsOver(Demand over) => over.Accelerators > 0 || over.Cores > Tolerance || over.Bytes > Tolerance;

    private void Count(Demand[] over, int job, int sign)
    {
        foreach (var share in _jobs[job].Allocation.Shares)
        {
            // Whole accelerators here: parts of one take it once.
            var amount = _jobs[job].Allocation.Device?.ComputeShare ?? share.Accelerators;
            over[share.Node].Accelerators += _jobs[job].Allocation.Device is null ? sign * share.Accelerators : 0;
            over[share.Node].Cores += sign * amount * _jobs[job].CpuCoresPerAccelerator;
            over[share.Node].Bytes += sign * amount * _jobs[job].HostMemoryBytesPerAccelerator;
        }
    }

    private enum LeaverKind
    {
        Gang,
        Device,
        Part,
    }

    /// <summary>What is asked of a node beyond what it has.</summary>
    private record struct Demand(int Accelerators, double Cores, double Bytes);
}
