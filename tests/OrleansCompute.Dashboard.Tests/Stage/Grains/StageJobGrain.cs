using System.Collections.Immutable;
using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Dashboard.Tests.Stage.Grains;

internal sealed class StageJobGrain(FabricStage stage) : Grain, IJobGrain
{
    public Task<JobStatus> GetStatus() => stage.Jobs.TryGetValue(this.GetPrimaryKeyString(), out var job)
        ? Task.FromResult(job)
        : throw new FabricRefusedException($"There is no job '{this.GetPrimaryKeyString()}'.");

    public Task<JobStatus> Submit(JobSpec spec) => throw new NotSupportedException();

    public Task<JobStatus> Cancel(string reason) => throw new NotSupportedException();

    public Task<JobStatus> Set(JobSettings settings) => throw new NotSupportedException();

    public Task Assign(ImmutableArray<Lease> leases) => throw new NotSupportedException();

    public Task Yield(ImmutableArray<long> leaseIds, string reason) => throw new NotSupportedException();

    public Task Revoke(ImmutableArray<long> leaseIds, string reason) => throw new NotSupportedException();
}
