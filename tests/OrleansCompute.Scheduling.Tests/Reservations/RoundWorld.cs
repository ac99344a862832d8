using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Gangs;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Scheduling.Tests.Reservations;

/// <summary>A small simulation in rounds: jobs come, compute with what they are given, pay for restarts, and end. Plain and slow.</summary>
internal sealed class RoundWorld(ISchedulingPolicy policy, ClusterSnapshot cluster, double roundSeconds = 60, double mixedEfficiency = 0.9)
{
    private readonly Dictionary<string, double> _work = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _delay = new(StringComparer.Ordinal);
    private readonly HashSet<string> _states = new(StringComparer.Ordinal);

    public double Now { get; private set; }

    public List<JobSnapshot> Jobs { get; } = [];

    public Dictionary<string, double> Starts { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, double> Ends { get; } = new(StringComparer.Ordinal);

    public int Changes { get; private set; }

    public UsageMeter Meter { get; } = new();

    public ClusterSnapshot Cluster { get; set; } = cluster;

    public IReadOnlyList<JobDecision> Last { get; private set; } = [];

    /// <summary>Adds a job with so much work: seconds at the speed of what it requests, alone on the first type that it accepts.</summary>
    public void Submit(JobSnapshot job, double seconds, bool statesLength = false)
    {
        _work[job.Id] = seconds * JobSpeed.Requested(Cluster, job);
        Jobs.Add(job);
        if (statesLength)
        {
            _states.Add(job.Id);
            Refresh(Jobs.Count - 1);
        }
    }

    public void Step()
    {
        Last = policy.Decide(Cluster, Jobs, Now);
        Check();
        for (var i = 0; i < Jobs.Count; i++)
        {
            var (job, to) = (Jobs[i], Last[i].Allocation);
            if (!to.Equals(job.Allocation))
            {
                _delay[job.Id] = to.IsEmpty ? 0 : job.RestartSeconds;
                Changes += job.RunSeconds > 0 ? 1 : 0;
                Jobs[i] = job with { Allocation = to, AllocatedSeconds = Now, Memo = Last[i].Memo };
                if (!to.IsEmpty)
                {
                    Starts.TryAdd(job.Id, Now);
                }
            }
            else
            {
                Jobs[i] = job with { Memo = Last[i].Memo };
            }
        }

        for (var i = 0; i < Jobs.Count; i++)
        {
            Run(i);
        }

        Now += roundSeconds;
        Jobs.RemoveAll(job => Ends.ContainsKey(job.Id));
    }

    private void Run(int i)
    {
        var job = Jobs[i];
        if (job.Allocation.IsEmpty)
        {
            return;
        }

        var delay = Math.Min(_delay.GetValueOrDefault(job.Id), roundSeconds);
        _delay[job.Id] = _delay.GetValueOrDefault(job.Id) - delay;
        var speed = MixedGang.Speed(Cluster, job, job.Allocation, mixedEfficiency);
        var needed = _work[job.Id] / speed;
        var used = Math.Min(roundSeconds - delay, needed);
        _work[job.Id] -= used * speed;
        Meter.Add(Cluster, job.Id, job.Allocation, delay + used);
        Jobs[i] = job with
        {
            RunSeconds = job.RunSeconds + delay + used, AttainedAcceleratorSeconds = job.AttainedAcceleratorSeconds + (job.Allocation.Accelerators * (delay + used)),
        };
        if (needed <= roundSeconds - delay)
        {
            Ends[job.Id] = Now + delay + needed;
        }

        Refresh(i);
    }

    private void Refresh(int i)
    {
        var job = Jobs[i];
        if (_states.Contains(job.Id))
        {
            var speed = job.Allocation.IsEmpty ? JobSpeed.Requested(Cluster, job) : JobSpeed.Of(Cluster, job, job.Allocation);
            Jobs[i] = job with { ExpectedRemainingSeconds = _work[job.Id] / speed };
        }
    }

    /// <summary>What every decision must obey.</summary>
    private void Check()
    {
        var used = new int[Cluster.Nodes.Length];
        var parts = new Dictionary<(int Node, int Device), (double Compute, long Memory)>();
        for (var i = 0; i < Jobs.Count; i++)
        {
            var to = Last[i].Allocation;
            foreach (var share in to.Shares)
            {
                used[share.Node] += to.Device is { } part && parts.ContainsKey((part.Node, part.Device)) ? 0 : share.Accelerators;
                Assert.True(Jobs[i].Accepts(Cluster.Nodes[share.Node].AcceleratorType), Jobs[i].Id);
            }

            if (to.Device is { } held)
            {
                Assert.Equal((Jobs[i].Fraction!.Value.ComputeShare, Jobs[i].Fraction!.Value.MemoryBytes), (held.ComputeShare, held.MemoryBytes));
                var (compute, memory) = parts.GetValueOrDefault((held.Node, held.Device));
                parts[(held.Node, held.Device)] = (compute + held.ComputeShare, memory + held.MemoryBytes);
                Assert.InRange(held.Device, 0, Cluster.Nodes[held.Node].Accelerators - 1);
            }

            Assert.True(to.IsEmpty || to.Accelerators >= Math.Min(Jobs[i].MinAccelerators, Jobs[i].RequestedAccelerators));
            Assert.True(to.Accelerators <= Jobs[i].MaxAccelerators);
            Assert.True(Jobs[i].MayMixTypes || !Cluster.IsMixed(to));
        }

        foreach (var ((node, device), (compute, memory)) in parts)
        {
            Assert.True(compute <= 1 + 1e-9, $"{compute} of accelerator {device} of node {node} are given");
            Assert.True(Cluster.Nodes[node].AcceleratorMemoryBytes == 0 || memory <= Cluster.Nodes[node].AcceleratorMemoryBytes, $"{memory} bytes of {node}/{device} are given");
        }

        for (var node = 0; node < used.Length; node++)
        {
            Assert.True(used[node] <= (Cluster.Nodes[node].IsReady ? Cluster.Nodes[node].Accelerators : 0), $"node {node} gives {used[node]}");
        }
    }
}
