using System.Collections.Immutable;
using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Speed;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Scheduling.Tests.Governance;

/// <summary>
/// A random small pool that lives for some rounds: jobs come and finish, nodes drain, fail and come back. Equal seeds make equal pools.
/// </summary>
internal sealed class RandomPool
{
    private const double RoundSeconds = 60;
    private readonly Random _random;
    private readonly bool _isPlain;
    private readonly List<JobSnapshot> _jobs = [];
    private int _submitted;

    public RandomPool(int seed, bool hasTenants = true, bool isPlain = false)
    {
        _random = new Random(seed);
        _isPlain = isPlain;
        Cluster = new ClusterSnapshot(Nodes(), hasTenants && !isPlain ? Tree() : null);
    }

    public ClusterSnapshot Cluster { get; private set; }

    public IReadOnlyList<JobSnapshot> Jobs => _jobs;

    public double Now { get; private set; } = 1000;

    /// <summary>Decides a round, shows it, and lets time pass.</summary>
    public void Round(ISchedulingPolicy policy, Action<IReadOnlyList<JobDecision>> look)
    {
        for (var i = _random.Next(4); i > 0; i--)
        {
            // What asks for too much is refused, which is not what a plain pool is for.
            var job = Job();
            if (!_isPlain || RequestCheck.Refusal(Cluster, job, isElastic: false) is null)
            {
                _jobs.Add(job);
            }
        }

        var decisions = policy.Decide(Cluster, _jobs, Now);
        look(decisions);
        for (var i = 0; i < _jobs.Count; i++)
        {
            var (job, allocation) = (_jobs[i], decisions[i].Allocation);
            var isChanged = !job.Allocation.Equals(allocation);
            _jobs[i] = job with
            {
                Allocation = allocation,
                AllocatedSeconds = isChanged ? Now : job.AllocatedSeconds,
                Memo = decisions[i].Memo,
                RunSeconds = job.RunSeconds + (allocation.IsEmpty ? 0 : RoundSeconds),
                AttainedAcceleratorSeconds = job.AttainedAcceleratorSeconds + (allocation.Amount * RoundSeconds),
                Restarts = job.Restarts + (isChanged && job.RunSeconds > 0 && !allocation.IsEmpty ? 1 : 0),
            };
        }

        _jobs.RemoveAll(job => !job.Allocation.IsEmpty && _random.NextDouble() < 0.15);
        Now += RoundSeconds;
        if (!_isPlain && _random.Next(3) == 0)
        {
            Disturb();
        }
    }

    private void Disturb()
    {
        var node = _random.Next(Cluster.Nodes.Length);
        var kind = _random.Next(4);
        var changed = Cluster.Nodes[node] with { IsReady = kind != 0, IsDraining = kind == 1, ReclaimSeconds = kind == 2 ? Now + 120 : null };
        Cluster = new ClusterSnapshot(Cluster.Nodes.SetItem(node, changed), Cluster.Tenants);
        for (var i = 0; i < _jobs.Count && kind == 0; i++)
        {
            if (_jobs[i].Allocation.Shares.Any(share => share.Node == node))
            {
                _jobs[i] = _jobs[i] with { Allocation = Allocation.None };
            }
        }
    }

    private ImmutableArray<NodeSnapshot> Nodes()
    {
        var types = _random.Next(1, 4);
        var limits = !_isPlain && _random.Next(2) == 0;
        var racks = _random.Next(3);
        return
        [
            .. Enumerable.Range(0, _random.Next(1, 9)).Select(node => new NodeSnapshot
            {
                Name = $"n{node}",
                AcceleratorType = $"T{(node < types ? node : _random.Next(types))}",
                Accelerators = _random.Next(1, 9),
                ScoreGflops = 1 + _random.Next(3),
                AcceleratorMemoryBytes = _random.Next(2) * 16L,
                CpuCores = limits ? _random.Next(4, 33) : 0,
                HostMemoryBytes = limits ? _random.Next(64, 512) : 0,
                Rack = racks == 0 ? "" : $"r{_random.Next(racks + 1)}",
            }),
        ];
    }

    private TenantTree Tree()
    {
        var names = Enumerable.Range(0, _random.Next(1, 7)).Select(i => $"t{i}").ToList();
        return TenantTree.Create(
        [
            .. names.Select((name, i) => new TenantQuota
            {
                Name = name,
                Parent = i > 0 && _random.Next(2) == 0 ? names[_random.Next(i)] : "",
                Weight = _random.Next(1, 5),
                Quota = _random.Next(3) == 0
                    ? ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal).Add("T0", _random.Next(0, 12))
                    : ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal),
                MaxAccelerators = _random.Next(4) == 0 ? _random.Next(0, 20) : null,
                BorrowingLimit = _random.Next(4) == 0 ? _random.Next(0, 10) : null,
                LendingLimit = _random.Next(4) == 0 ? 0 : null,
                PastUse = _random.Next(2) * _random.Next(100_000),
            }),
        ]);
    }

    private JobSnapshot Job()
    {
        var requested = _random.Next(1, 7);
        var isElastic = _random.Next(3) == 0;
        var isPart = !_isPlain && _random.Next(3) == 0;
        var job = new JobSnapshot
        {
            Id = $"j{_submitted++}",
            Tenant = $"t{_random.Next(8)}",
            SubmitSeconds = Now,
            RequestedAccelerators = isPart ? 1 : requested,
            MinAccelerators = isElastic || isPart ? 1 : requested,
            MaxAccelerators = isPart ? 1 : isElastic ? 16 : requested,
            Goodput = isElastic ? new PowerLaw(0.5 + (0.5 * _random.NextDouble())) : null,
            Types = _random.Next(3) == 0 ? [$"T{_random.Next(3)}"] : [],
            Priority = _random.Next(8) == 0 ? 1 : 0,
        };
        return _isPlain ? job : job with
        {
            Fraction = isPart ? new DeviceFraction(_random.Next(1, 10) / 10.0, _random.Next(0, 9)) : null,
            IsPreemptible = _random.Next(5) > 0,
            MinRunSeconds = _random.Next(4) == 0 ? 150 : 0,
            CpuCoresPerAccelerator = _random.Next(3),
            HostMemoryBytesPerAccelerator = _random.Next(2) * _random.Next(40),
            AffinityGroup = _random.Next(5) == 0 ? "g" : "",
            IsAntiAffine = _random.Next(2) == 0,
            PreferredNodes = _random.Next(4) == 0 ? [$"n{_random.Next(8)}"] : [],
        };
    }

    private sealed class PowerLaw(double exponent) : IGoodputModel
    {
        public double Goodput(string acceleratorType, int nodes, int accelerators) => Math.Pow(accelerators, exponent) / (nodes > 1 ? 1.2 : 1);

        public int MaxTrustedAccelerators(string acceleratorType) => 16;
    }
}
