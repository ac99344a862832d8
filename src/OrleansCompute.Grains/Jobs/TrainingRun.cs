using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Datasets;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Shards;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Grains.Placement;
using OrleansCompute.Training.Parallel;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Grains.Jobs;

/// <summary>
/// One attempt at a job, from leases to a model in the registry. Works on the thread pool, off any grain's turn: places a shard on
/// every lease's node, trains, grows and shrinks at step boundaries, measures the shards alone where the spec asks for it, evaluates,
/// publishes, and unloads the shards whatever happens. The job gives the leases back when it hears of the end.
/// </summary>
internal sealed partial class TrainingRun(
    JobSpec spec,
    int generation,
    ImmutableArray<Lease> leases,
    string? checkpointSha256,
    IGrainFactory grains,
    IArtifactStore artifacts,
    TimeProvider clock,
    ILogger<TrainingRun> logger) : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly TaskCompletionSource _unloaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IJobRunGrain _job = grains.GetGrain<IJobRunGrain>(FabricKey.Of(spec.Tenant, spec.Name));

    private readonly RunWorkers _workers = new(
        rank => grains.GetGrain<IModelShardGrain>($"{FabricKey.Of(spec.Tenant, spec.Name)}/{generation}/{rank}"));

    private string Name => FabricKey.Of(spec.Tenant, spec.Name);

    /// <summary>Begins; returns at once.</summary>
    public void Start()
    {
        _workers.Add(leases);
        _ = Task.Run(RunAsync);
        _ = Task.Run(RenewAsync);
    }

    /// <summary>Gives up; the shards are unloaded in the background.</summary>
    public void Cancel() => _cancellation.Cancel();

    /// <summary>Completes when no shard works any more, or after the time.</summary>
    public Task WaitForUnloadAsync(TimeSpan atMost) =>
        _unloaded.Task.WaitAsync(atMost, clock).ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Frees the token source; after the end of the run.</summary>
    public void Dispose()
    {
        _cancellation.Dispose();
        _over.Dispose();
    }

    private async Task RunAsync()
    {
        Func<Task> tell = () => Task.CompletedTask;
        try
        {
            tell = await TrainAsync();
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            LogCancelled(Name, generation);

            // Where it was the job that had to move, and nobody who ended it, any call wakes it up elsewhere to go on.
            tell = () => _job.Noted(generation, "Training was cancelled.");
        }
        catch (Exception exception)
        {
            // The last place that can tell the user: whatever it was, the job must not look as if it were still running.
            LogFailed(exception, Name, generation);
            tell = () => _job.Broke(generation, exception.Message, IsTransient(exception));
        }

        // The end is told last: what the job then gives back, or asks for anew, is free of this run.
        await _over.CancelAsync();
        await UnloadAsync(_workers.Present);
        _unloaded.SetResult();

        // Until the job has it, or it would look for ever as if it were running. The generation makes it idempotent.
        if (await PatientCall.RunAsync(tell, clock, (exception, attempt) => LogEndRetried(exception, Name, generation, attempt)) is { } failure)
        {
            LogEndNotTold(failure, Name, generation);
        }
    }

    // These would come again. Anything else is a silo or a disk that fails, or a call that a silo cancels on its way out: other workers,
    // or a later time, may do better, and the job counts how often.
    private static bool IsTransient(Exception exception) => exception is not (
        FabricRefusedException or FabricNotFoundException or ArgumentException or InvalidOperationException
        or InvalidDataException or NotSupportedException or ArithmeticException or IndexOutOfRangeException or NullReferenceException);

    /// <returns>The call that tells the job of the end.</returns>
    private async Task<Func<Task>> TrainAsync()
    {
        var cancellationToken = _cancellation.Token;
        var dataset = await grains.GetGrain<IDatasetGrain>(FabricKey.Of(spec.Tenant, spec.Data.Dataset)).Get(spec.Data.Version);
        var first = _workers.All[..leases.Length];
        await OnEachAsync(first, LoadAsync);
        var monitor = new TrainingMonitor(spec, generation, leases, dataset.Count, _job, clock, Cancel, OnLeft);
        var coordinator = new DataParallelCoordinator(
            new TrainingRunDescription
            {
                SampleCount = dataset.Count,
                DatasetHash = dataset.ContentSha256,
                ModelHash = NetworkMapper.Hash(spec.Model),
            },
            new DataParallelOptions
            {
                BatchSize = spec.Training.BatchSize,
                MaxBatchSize = spec.Training.MaxBatchSize,
                RateRule = spec.Training.Optimizer.Name is "sgd" or "lars" ? LearningRateRule.Gain : LearningRateRule.RootOfGain,
                Epochs = spec.Training.Epochs,
                Seed = spec.Training.Seed,
            },
            monitor,
            new ArtifactCheckpointStore(
                artifacts, (sha256, checkpoint) => _job.CheckpointStored(generation, sha256, checkpoint.Epoch, checkpoint.GlobalStep)),
            clock);
        foreach (var worker in first)
        {
            coordinator.Join(ToShardWorker(worker));
        }

        // What was decided with the accelerators; a checkpoint's was for others.
        Follow(coordinator, leases.MaxBy(lease => lease.Id)!.BatchSize);
        _started.SetResult((coordinator, monitor, LoadAsync));

        var resumeFrom = checkpointSha256 is null
            ? null
            : await ArtifactCheckpointStore.LoadAsync(artifacts, checkpointSha256, cancellationToken);
        var outcome = await coordinator.RunAsync(resumeFrom, cancellationToken);
        if (!await monitor.FlushAsync())
        {
            // The job went on without this run.
            return () => Task.CompletedTask;
        }

        if (outcome is TrainingOutcome.Completed)
        {
            var result = await PublishAsync(dataset, monitor);
            return () => _job.Completed(generation, result);
        }

        if (outcome is TrainingOutcome.Stopped)
        {
            return () => _job.Stopped(generation);
        }

        // A diverged loss would diverge again; lost workers can be replaced.
        var reason = outcome is TrainingOutcome.Failed failed ? failed.Reason : "Training stopped before its end.";
        return () => _job.Broke(generation, reason, isTransient: monitor.LostWorkers > 0);

        Task<int> LoadAsync(RunWorker worker)
        {
            LeaseHint.Set(worker.Lease.Node);
            return worker.Shard.Load(new ShardAssignment { Spec = spec, Dataset = dataset, Lease = worker.Lease });
        }
    }

    private async Task<JobResult> PublishAsync(DatasetVersion dataset, TrainingMonitor monitor)
    {
        // Who joined is a worker from its first step on; who was lost or left is none.
        var active = _workers.Present.Where(worker => monitor.IsActive(worker.Name)).ToImmutableArray();
        if (active.IsEmpty)
        {
            // A run that resumed after its last epoch made no step.
            active = [.. _workers.Present.Where(worker => !monitor.IsLost(worker.Name)).Take(1)];
        }

        var leader = active[0];

        // In order of rank for all that ever were: only a run whose workers are still all there can be compared with itself.
        var alone = active.Length == _workers.All.Length ? await MeasureAloneAsync(active, monitor.BatchSize) : [];
        LeaseHint.Set(leader.Lease.Node);
        double? accuracy = null;
        if (spec.Data.Validation is { } validation)
        {
            var data = await grains.GetGrain<IDatasetGrain>(FabricKey.Of(spec.Tenant, validation)).Get(0);
            accuracy = await leader.Shard.Evaluate(data);
        }

        var result = monitor.Result(alone);
        var metrics = new Dictionary<string, double>
        {
            ["loss"] = result.Loss,
            ["train_images_per_second"] = result.ImagesPerSecond,
            ["accuracy"] = accuracy ?? double.NaN,
        };
        var model = await grains.GetGrain<IModelGrain>(FabricKey.Of(spec.Tenant, spec.Model.Name)).Publish(new ModelPublication
        {
            Sha256 = await leader.Shard.ExportOnnx(),
            Metrics = metrics.Where(metric => !double.IsNaN(metric.Value)).ToImmutableDictionary(),
            Lineage = new ModelLineage
            {
                Job = Name,
                Dataset = $"{dataset.Name}@{dataset.Version}",
                DataSha256 = dataset.ContentSha256,
                CodeVersion = CodeVersion,
            },
        });
        return result with { ModelVersion = model.Version, Accuracy = accuracy };
    }

    private static string CodeVersion =>
        typeof(TrainingRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Samples a second of every shard when all train copies of their own at the same time; empty where the spec does not ask.</summary>
    private async Task<ImmutableArray<double>> MeasureAloneAsync(ImmutableArray<RunWorker> workers, int batchSize)
    {
        if (spec.Training.EfficiencyWindowSeconds <= 0)
        {
            return [];
        }

        // Each with the batch of the whole job: the least overhead that a node by itself could have, so that the efficiency is not
        // flattered.
        var window = TimeSpan.FromSeconds(spec.Training.EfficiencyWindowSeconds);
        return await OnEachAsync(workers, worker => worker.Shard.MeasureAlone(window, batchSize));
    }
}
