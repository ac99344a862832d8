using System.Collections.Immutable;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Gateway.Tests.Support;

internal sealed class TestPoolGrain(string pool) : IPoolGrain
{
    /// <summary>What the next GetStatus throws.</summary>
    public Exception? Failure { get; set; }

    public Task Join(NodeSnapshot node) => throw new NotSupportedException();

    public Task Leave(string node, string reason) => throw new NotSupportedException();

    public Task Submit(JobRequest request) => throw new NotSupportedException();

    public Task Withdraw(string tenant, string job) => throw new NotSupportedException();

    public Task Return(string tenant, string job, ImmutableArray<long> leaseIds) => throw new NotSupportedException();

    public Task Renew(string tenant, string job, JobReport report) => throw new NotSupportedException();

    public Task SetDraining(string node, bool isDraining) => throw new NotSupportedException();

    public Task<JobExplanation> Explain(string tenant, string job) => throw new NotSupportedException();

    public Task<WhatIfReport> WhatIf(WhatIfQuestion question) => throw new NotSupportedException();

    public Task<NodeHeartbeat> Heartbeat(string node, long incarnation) => throw new NotSupportedException();

    public Task<PoolSnapshot> GetStatus() => Failure is not null
        ? Task.FromException<PoolSnapshot>(Failure)
        : Task.FromResult(new PoolSnapshot
        {
            Name = pool,
            Nodes =
            [
                new NodeSnapshot
                {
                    Name = "node-a",
                    Incarnation = 1,
                    State = NodeState.Ready,
                    ReportedAt = DateTimeOffset.UnixEpoch,
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
}
