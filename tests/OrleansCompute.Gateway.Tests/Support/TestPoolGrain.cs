using System.Collections.Immutable;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Gateway.Tests.Support;

internal sealed class TestPoolGrain(string pool) : IPoolGrain
{
    private bool _isDraining;
    private bool _isRemoved;
    private DateTimeOffset? _reclaimAt;

    /// <summary>What the next GetStatus throws.</summary>
    public Exception? Failure { get; set; }

    public Task Join(NodeSnapshot node) => throw new NotSupportedException();

    public Task Leave(string node, string reason) => throw new NotSupportedException();

    public Task Submit(JobRequest request) => throw new NotSupportedException();

    public Task Withdraw(string tenant, string job) => throw new NotSupportedException();

    public Task Return(string tenant, string job, ImmutableArray<long> leaseIds) => throw new NotSupportedException();

    public Task<JobAdvice> Renew(string tenant, string job, JobReport report) => throw new NotSupportedException();

    public Task SetDraining(string node, bool isDraining)
    {
        Require(node);
        _isDraining = isDraining;

        // As somebody who removes it between the wish and the answer.
        _isRemoved = pool == "fleeting";
        return Task.CompletedTask;
    }

    public Task SetReclaim(string node, TimeSpan? within)
    {
        Require(node);
        _reclaimAt = DateTimeOffset.UnixEpoch + within;
        return within > TimeSpan.FromDays(30) ? throw new FabricRefusedException($"within is {within}; allowed: up to 30 days.") : Task.CompletedTask;
    }

    public Task Remove(string node, bool force)
    {
        Require(node);
        _isRemoved = force ? true : throw new FabricRefusedException($"Node {node} takes work; drain it first.");
        return Task.CompletedTask;
    }

    public Task<JobExplanation> Explain(string tenant, string job, bool showOthers) => Task.FromResult(new JobExplanation
    {
        Tenant = tenant, Job = job, IsWaiting = true, Sentence = showOthers ? "held by beta/secret" : "held by another tenant",
    });

    public Task<WhatIfReport> WhatIf(WhatIfQuestion question) => Task.FromResult(new WhatIfReport
    {
        Effects =
        [
            .. question.Jobs.Select(job => new WhatIfEffect
            {
                Job = $"{job.Tenant}/{job.Job}", Effect = "starts", Before = "nothing", After = $"{job.MinAccelerators} × cpu-avx2", Reason = "asked",
            }),
            .. question.Drain.Select(node => new WhatIfEffect { Job = "acme/mover", Effect = "moves", Before = node, After = "elsewhere", Reason = "asked" }),
        ],
        Unchanged = question.Quotas.Length,
        HeldBefore = 0,
        HeldAfter = question.AddNodes.Sum(nodes => nodes.Count),
    });

    public Task<NodeHeartbeat> Heartbeat(string node, long incarnation, ImmutableArray<long> held) => throw new NotSupportedException();

    public Task TellDatasets(string node, long incarnation, ImmutableArray<string> datasets) => throw new NotSupportedException();

    public Task<ImmutableDictionary<string, int>> GetCapacity() => throw new NotSupportedException();

    public Task<ImmutableDictionary<string, int>> GetPresentCapacity() => throw new NotSupportedException();

    public Task<PoolSnapshot> GetStatus() => Failure is not null
        ? Task.FromException<PoolSnapshot>(Failure)
        : Task.FromResult(new PoolSnapshot
        {
            Name = pool,
            Nodes = _isRemoved ? [] :
            [
                new NodeSnapshot
                {
                    Name = "node-a",
                    Incarnation = 1,
                    State = _isDraining ? NodeState.Draining : NodeState.Ready,
                    ReportedAt = DateTimeOffset.UnixEpoch,
                    Host = new HostDescription { CpuCores = 8, MemoryBytes = 16L << 30, Rack = "r1", PricePerAcceleratorHour = 0.25m, IsReclaimable = true },
                    ReclaimAt = _reclaimAt,
                    Accelerators =
                    [
                        new AcceleratorSnapshot
                        {
                            Accelerator = new AcceleratorDescription { Name = "cpu0",
                                Kind = "cpu-avx2", Threads = 1, ComputeShareFraction = 1, ScoreGflops = 12.5 },
                            BusyFraction = 0.25,
                        },
                    ],
                },
            ],
            Queue = [],
            Leases = [],
        });

    private static void Require(string node)
    {
        if (node != "node-a")
        {
            throw new FabricNotFoundException($"The pool has no node '{node}'; it has: node-a.");
        }
    }
}
