using System.Collections.Immutable;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Gateway.Tests.Support;

internal sealed class TestJobGrain(TestGrains grains, string key) : IJobGrain
{
    private JobStatus? status;

    public async Task<JobStatus> Submit(JobSpec spec)
    {
        if (status is not null)
        {
            throw new FabricRefusedException($"The job name '{spec.Name}' is taken; choose another one.");
        }

        await grains.GetGrain<ITenantGrain>(spec.Tenant).Register(TenantResource.Job, spec.Name);
        return status = new JobStatus
        {
            Spec = spec,
            State = JobState.Queued,
            Reason = "Waits for 1 accelerator.",
            SubmittedAt = DateTimeOffset.UnixEpoch,
            Generation = 0,
            Progress = new JobProgress
            {
                Epoch = 1,
                Epochs = spec.Training.Epochs,
                Step = 1,
                SamplesDone = 1,
                SamplesTotal = 2,
                Loss = double.NaN,
                ImagesPerSecond = 1,
                Remaining = TimeSpan.FromSeconds(1.5),
                Workers = [],
            },
        };
    }

    public Task<JobStatus> Cancel(string reason) => Task.FromResult(status = status! with { State = JobState.Cancelled, Reason = reason });

    public Task<JobStatus> Set(JobSettings settings) => Task.FromResult(status = status! with
    {
        Spec = status.Spec with { Resources = status.Spec.Resources with { Budget = settings.NoBudget ? null : settings.Budget ?? status.Spec.Resources.Budget, Priority = settings.Priority ?? status.Spec.Resources.Priority } },
    });

    public Task<JobStatus> GetStatus() => status is null
        ? throw new FabricNotFoundException($"There is no job '{key}'.")
        : Task.FromResult(status);

    public Task Assign(ImmutableArray<Lease> leases) => throw new NotSupportedException();

    public Task Yield(ImmutableArray<long> leaseIds, string reason) => throw new NotSupportedException();

    public Task Revoke(ImmutableArray<long> leaseIds, string reason) => throw new NotSupportedException();
}
