using System.Collections.Immutable;
using Orleans;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Dashboard.Tests.Stage.Grains;

internal sealed class StagePoolGrain(FabricStage stage) : Grain, IPoolGrain
{
    public Task<PoolSnapshot> GetStatus() => Task.FromResult(stage.Pool);

    public Task Join(NodeSnapshot node) => throw new NotSupportedException();

    public Task Leave(string node, string reason) => throw new NotSupportedException();

    public Task Submit(JobRequest request) => throw new NotSupportedException();

    public Task Withdraw(string tenant, string job) => throw new NotSupportedException();

    public Task Return(string tenant, string job, ImmutableArray<long> leaseIds) => throw new NotSupportedException();

    public Task<JobAdvice> Renew(string tenant, string job, JobReport report) => throw new NotSupportedException();

    public Task SetDraining(string node, bool isDraining) => throw new NotSupportedException();

    public Task SetReclaim(string node, TimeSpan? within) => throw new NotSupportedException();

    public Task Remove(string node, bool force) => throw new NotSupportedException();

    public Task<JobExplanation> Explain(string tenant, string job, bool showOthers) => throw new NotSupportedException();

    public Task<WhatIfReport> WhatIf(WhatIfQuestion question) => throw new NotSupportedException();

    public Task<NodeHeartbeat> Heartbeat(string node, long incarnation, ImmutableArray<long> held) => throw new NotSupportedException();

    public Task TellDatasets(string node, long incarnation, ImmutableArray<string> datasets) => throw new NotSupportedException();

    public Task<ImmutableDictionary<string, int>> GetCapacity() => throw new NotSupportedException();

    public Task<ImmutableDictionary<string, int>> GetPresentCapacity() => throw new NotSupportedException();
}
