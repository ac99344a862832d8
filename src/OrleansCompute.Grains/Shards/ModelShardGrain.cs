using System.Threading.Channels;
using Orleans;
using Orleans.Runtime;
using OrleansCompute.Contracts.Datasets;
using OrleansCompute.Contracts.Shards;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Grains.Accelerators;
using OrleansCompute.Grains.Datasets;
using OrleansCompute.Grains.Placement;

namespace OrleansCompute.Grains.Shards;

/// <inheritdoc cref="IModelShardGrain"/>
[AcceleratorPlacement]
internal sealed class ModelShardGrain(AcceleratorHost accelerators, DatasetCache datasets, IArtifactStore artifacts, TimeProvider clock)
    : Grain, IModelShardGrain
{
    // An exported model of the largest spec; also what a device would ever be sent.
    private const long MaxModelBytes = 1L << 31;
    private LeasedAccelerator? _accelerator;
    private ShardReplicaWork? _work;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Unload();

    public async Task<int> Load(ShardAssignment assignment)
    {
        var accelerator = accelerators.Require(assignment.Lease);
        accelerator.Enter();
        _accelerator = accelerator;
        var dataset = await datasets.GetAsync(assignment.Dataset.ImagesSha256, assignment.Dataset.LabelsSha256);
        _work = await OnAcceleratorAsync(() => new ShardReplicaWork(assignment.Spec, dataset, _accelerator.Device, clock));
        return _work.ParameterCount;
    }

    public async Task<ShardStepOutcome> Step(ShardStep step)
    {
        var work = Work();
        var result = await OnAcceleratorAsync(() => work.Trainer.Execute(ShardMapper.ToCommand(step)));
        return ShardMapper.ToOutcome(result, _accelerator!.ComputeShareFraction);
    }

    public async IAsyncEnumerable<ShardStepPart> StepInBuckets(ShardStep step)
    {
        var work = Work();
        var share = _accelerator!.ComputeShareFraction;
        var command = ShardMapper.ToCommand(step);

        // Not bounded: it holds no more than the gradient, whose memory is there anyway.
        var parts = Channel.CreateUnbounded<ShardStepPart>(new UnboundedChannelOptions { SingleReader = true });
        var run = OnAcceleratorAsync(() =>
        {
            try
            {
                return work.Trainer.Execute(command, bucket => parts.Writer.TryWrite(ShardMapper.ToPart(bucket)));
            }
            finally
            {
                parts.Writer.TryComplete();
            }
        });

        // An item that the accelerator never begins (its share was closed) would leave the reader waiting.
        _ = run.ContinueWith(_ => parts.Writer.TryComplete(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await foreach (var part in parts.Reader.ReadAllAsync())
        {
            yield return part;
        }

        yield return new ShardStepPart { Outcome = ShardMapper.ToOutcome(await run, share) };
    }

    public async Task<double> MeasureAlone(TimeSpan window, int batchSize)
    {
        var work = Work();
        using var copy = await OnAcceleratorAsync(work.CreateCopy);

        // Not measured: until the runtime has compiled the kernels fully, steps take up to twice as long.
        await TrainForAsync(copy, window / 2, batchSize);
        return await TrainForAsync(copy, window, batchSize);
    }

    public async Task<ShardReplica> Export()
    {
        var work = Work();
        return ShardMapper.ToReplica(await OnAcceleratorAsync(work.Trainer.Export));
    }

    public async Task Import(ShardReplica replica)
    {
        var work = Work();
        await OnAcceleratorAsync(() =>
        {
            work.Trainer.Import(ShardMapper.ToState(replica));
            return true;
        });
    }

    public async Task<double> Evaluate(DatasetVersion dataset)
    {
        var work = Work();
        var data = await datasets.GetAsync(dataset.ImagesSha256, dataset.LabelsSha256);
        return (await OnAcceleratorAsync(() => work.Evaluate(data))).Accuracy;
    }

    public async Task<string> ExportOnnx()
    {
        var work = Work();
        using var content = new MemoryStream(await OnAcceleratorAsync(work.ExportOnnx), writable: false);
        return (await artifacts.PutAsync(content, MaxModelBytes, CancellationToken.None)).Sha256;
    }

    public Task Unload()
    {
        _work?.Dispose();
        _work = null;
        _accelerator?.Leave();
        _accelerator = null;
        this.DeactivateOnIdle();
        return Task.CompletedTask;
    }

    /// <summary>Trains for a while and gives the samples a second.</summary>
    private async Task<double> TrainForAsync(ShardReplicaWork work, TimeSpan window, int batchSize)
    {
        var start = clock.GetTimestamp();
        long samples = 0;
        for (long step = 0; samples == 0 || clock.GetElapsedTime(start) < window; step++)
        {
            // One work item a step, so that the accelerator's share applies as it does in joint training.
            samples += await OnAcceleratorAsync(() => work.TrainStep(step, batchSize));
        }

        return samples / clock.GetElapsedTime(start).TotalSeconds;
    }

    private Task<T> OnAcceleratorAsync<T>(Func<T> work) => _accelerator!.RunAsync(work);

    private ShardReplicaWork Work() =>
        _work ?? throw new OrleansException(
            $"Shard {this.GetPrimaryKeyString()} holds no model: its node restarted, or Load was not called. The job starts it again.");
}
