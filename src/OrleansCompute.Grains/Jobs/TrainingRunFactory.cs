using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Storage;

namespace OrleansCompute.Grains.Jobs;

/// <summary>Starts training runs, and calls the pool on a job's behalf off the job's turn. One per silo; thread-safe.</summary>
internal sealed partial class TrainingRunFactory(
    IGrainFactory grains, IArtifactStore artifacts, TimeProvider clock, ILoggerFactory loggers)
{
    // A step of a slow accelerator takes seconds; a shard that hangs must not keep its lease.
    private static readonly TimeSpan UnloadTimeout = TimeSpan.FromSeconds(30);
    private readonly ILogger _logger = loggers.CreateLogger<TrainingRunFactory>();

    /// <summary>Begins a run on the thread pool.</summary>
    public TrainingRun Start(JobSpec spec, int generation, ImmutableArray<Lease> leases, string? checkpointSha256)
    {
        var run = new TrainingRun(spec, generation, leases, checkpointSha256, grains, artifacts, clock, loggers.CreateLogger<TrainingRun>());
        run.Start();
        return run;
    }

    /// <summary>Gives a job's leases and its place in the queue back.</summary>
    /// <param name="tenant">Tenant.</param>
    /// <param name="job">Job.</param>
    /// <param name="pool">The pool that gave them.</param>
    /// <param name="ended">The run that may still use them: waited for, but for 30 s at most. Null for none.</param>
    public void ReleaseInBackground(string tenant, string job, string pool, TrainingRun? ended = null) =>
        InBackground($"{tenant}/{job}", async () =>
        {
            if (ended is not null)
            {
                await ended.WaitForUnloadAsync(UnloadTimeout);
            }

            await grains.GetGrain<IPoolGrain>(pool).Withdraw(tenant, job);
        });

    /// <summary>Makes sure that the pool knows that a job waits.</summary>
    public void SubmitInBackground(JobRequest request, string pool) =>
        InBackground($"{request.Tenant}/{request.Job}", () => grains.GetGrain<IPoolGrain>(pool).Submit(request));

    /// <summary>Gives leases of a run that is over back, and makes sure that the pool knows that the job waits, at its old place.</summary>
    public void ResubmitInBackground(JobRequest request, string pool, ImmutableArray<long> leaseIds) =>
        InBackground($"{request.Tenant}/{request.Job}", async () =>
        {
            var grain = grains.GetGrain<IPoolGrain>(pool);
            await grain.Return(request.Tenant, request.Job, leaseIds);
            await grain.Submit(request);
        });

    /// <summary>Gives leases back that the job cannot use.</summary>
    public void ReturnInBackground(string tenant, string job, string pool, ImmutableArray<long> leaseIds) =>
        InBackground($"{tenant}/{job}", () => grains.GetGrain<IPoolGrain>(pool).Return(tenant, job, leaseIds));

    /// <summary>Keeps how fast a finished job was for those that are like it.</summary>
    public void LearnInBackground(JobSpec spec, ImmutableArray<KindSpeed> speeds) =>
        InBackground($"{spec.Tenant}/{spec.Name}", () => grains.GetGrain<ISpeedGrain>(spec.Tenant).Learn(JobWork.LikeOf(spec), speeds));

    private void InBackground(string job, Func<Task> work) => _ = Task.Run(async () =>
    {
        // The pool moves to another silo when its own dies, which takes a moment.
        if (await PatientCall.RunAsync(work, clock, (exception, attempt) => LogPoolRetried(exception, job, attempt)) is { } failure)
        {
            LogPoolFailed(failure, job);
        }
    });

    [LoggerMessage(5112, LogLevel.Warning, "A grain was not told about job {Job} at attempt {Attempt}; it is tried again")]
    private partial void LogPoolRetried(Exception exception, string job, int attempt);

    [LoggerMessage(5111, LogLevel.Error, "A grain could not be told about job {Job}")]
    private partial void LogPoolFailed(Exception exception, string job);
}
