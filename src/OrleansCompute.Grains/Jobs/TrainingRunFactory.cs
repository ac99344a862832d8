using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Storage;

namespace OrleansCompute.Grains.Jobs;

/// <summary>Starts training runs, and calls the pool on a job's behalf off the job's turn. One per silo; thread-safe.</summary>
internal sealed partial class TrainingRunFactory(
    IGrainFactory grains, IArtifactStore artifacts, TimeProvider clock, ILoggerFactory loggers)
{
    private const int MaxAttempts = 8;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(100);
    private readonly ILogger _logger = loggers.CreateLogger<TrainingRunFactory>();

    /// <summary>Begins a run on the thread pool.</summary>
    public TrainingRun Start(JobSpec spec, int generation, ImmutableArray<Lease> leases, string? checkpointSha256)
    {
        var run = new TrainingRun(spec, generation, leases, checkpointSha256, grains, artifacts, clock, loggers.CreateLogger<TrainingRun>());
        run.Start();
        return run;
    }

    /// <summary>Gives a job's leases and its place in the queue back.</summary>
    public void ReleaseInBackground(string tenant, string job, string pool) =>
        InBackground($"{tenant}/{job}", () => grains.GetGrain<IPoolGrain>(pool).Withdraw(tenant, job));

    /// <summary>Makes sure that the pool knows that a job waits.</summary>
    public void SubmitInBackground(JobRequest request, string pool) =>
        InBackground($"{request.Tenant}/{request.Job}", () => grains.GetGrain<IPoolGrain>(pool).Submit(request));

    /// <summary>Gives what is left of the job's leases back and queues it again, at its old place.</summary>
    public void ResubmitInBackground(JobRequest request, string pool) =>
        InBackground($"{request.Tenant}/{request.Job}", async () =>
        {
            var grain = grains.GetGrain<IPoolGrain>(pool);
            await grain.Withdraw(request.Tenant, request.Job);
            await grain.Submit(request);
        });

    private void InBackground(string job, Func<Task> work) => _ = Task.Run(async () =>
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await work();
                return;
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException && attempt < MaxAttempts)
            {
                // The pool moves to another silo when its own dies, which takes a moment.
                await Task.Delay(RetryAfter * attempt, clock);
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException or FabricRefusedException)
            {
                LogPoolFailed(exception, job);
                return;
            }
        }
    });

    [LoggerMessage(5111, LogLevel.Error, "The pool could not be told about job {Job}")]
    private partial void LogPoolFailed(Exception exception, string job);
}
