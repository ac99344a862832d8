using System.Runtime.CompilerServices;
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

    // Ends what runs when the replica goes.
    private CancellationTokenSource? _stop;

    // Ends when nothing that was given to the accelerator runs, or waits, any more; never fails.
    private Task _running = Task.CompletedTask;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Unload();

    public async Task<int> Load(ShardAssignment assignment)
    {
        var accelerator = accelerators.Require(assignment.Lease);
        await ReleaseAsync();
        accelerator.Enter();
        (_accelerator, _stop) = (accelerator, new CancellationTokenSource());
        var dataset = await datasets.GetAsync(assignment.Dataset.ImagesSha256, assignment.Dataset.LabelsSha256);
        _work = await OnAcceleratorAsync(_ => new ShardReplicaWork(assignment.Spec, dataset, accelerator.Device, clock));
        return _work.ParameterCount;
    }

    public async Task<ShardStepOutcome> Step(ShardStep step)
    {
        var work = Work();
        var share = _accelerator!.ComputeShareFraction;
        return ShardMapper.ToOutcome(
            await OnAcceleratorAsync(stop => work.Trainer.Execute(ShardMapper.ToCommand(step), cancellationToken: stop)), share);
    }

    public IAsyncEnumerable<ShardStepPart> StepInBuckets(ShardStep step) => RunInBuckets(step);

    public async Task<double> MeasureAlone(TimeSpan window, int batchSize)
    {
        var work = Work();
        using var copy = await OnAcceleratorAsync(_ => work.CreateCopy());

        // Not measured: until the runtime has compiled the kernels fully, steps take up to twice as long.
        await TrainForAsync(copy, window / 2, batchSize);
        return await TrainForAsync(copy, window, batchSize);
    }

    public async Task<ShardReplica> Export()
    {
        var work = Work();
        return ShardMapper.ToReplica(await OnAcceleratorAsync(_ => work.Trainer.Export()));
    }

    public async Task Import(ShardReplica replica)
    {
        var work = Work();
        await OnAcceleratorAsync(_ =>
        {
            work.Trainer.Import(ShardMapper.ToState(replica));
            return true;
        });
    }

    public async Task<double> Evaluate(DatasetVersion dataset)
    {
        var work = Work();
        var data = await datasets.GetAsync(dataset.ImagesSha256, dataset.LabelsSha256);
        return (await OnAcceleratorAsync(_ => work.Evaluate(data))).Accuracy;
    }

    public async Task<string> ExportOnnx()
    {
        var work = Work();
        using var content = new MemoryStream(await OnAcceleratorAsync(_ => work.ExportOnnx()), writable: false);
        return (await artifacts.PutAsync(content, MaxModelBytes, CancellationToken.None)).Sha256;
    }

    public async Task Unload()
    {
        await ReleaseAsync();
        this.DeactivateOnIdle();
    }

    // The token is that of the enumeration: who stops reading wants the step no more. Unlike the calls, it does not hold the grain's turn.
    private async IAsyncEnumerable<ShardStepPart> RunInBuckets(ShardStep step, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var work = Work();
        var share = _accelerator!.ComputeShareFraction;
        var command = ShardMapper.ToCommand(step);

        // Not bounded: it holds no more than the gradient, whose memory is there anyway. So a step that nobody reads ends, too.
        var parts = Channel.CreateUnbounded<ShardStepPart>(new UnboundedChannelOptions { SingleReader = true });
        var run = OnAcceleratorAsync(
            stop =>
            {
                try
                {
                    return work.Trainer.Execute(command, bucket => parts.Writer.TryWrite(ShardMapper.ToPart(bucket)), stop);
                }
                finally
                {
                    parts.Writer.TryComplete();
                }
            },
            cancellationToken);

        // An item that the accelerator never begins (its share was closed) would leave the reader waiting; one that stopped reading sees no failure.
        _ = run.ContinueWith(
            ended =>
            {
                _ = ended.Exception;
                parts.Writer.TryComplete();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        await foreach (var part in parts.Reader.ReadAllAsync(cancellationToken))
        {
            yield return part;
        }

        yield return new ShardStepPart { Outcome = ShardMapper.ToOutcome(await run, share) };
    }

    /// <summary>Ends what runs, and gives the memory back when it has ended: the accelerator's thread computes in it until then.</summary>
    private Task ReleaseAsync()
    {
        // At once, and not after the wait: enumerations interleave with it, and none may begin to use what goes.
        var (work, accelerator, stop) = (_work, _accelerator, _stop);
        (_work, _accelerator, _stop) = (null, null, null);
        stop?.Cancel();
        return FreeAsync(_running);

        async Task FreeAsync(Task running)
        {
            // Not on the turn: the memory goes back even where the activation ended meanwhile.
            await running.ConfigureAwait(false);
            work?.Dispose();
            accelerator?.Leave();
            stop?.Dispose();
        }
    }

    /// <summary>Trains for a while and gives the samples a second.</summary>
    private async Task<double> TrainForAsync(ShardReplicaWork work, TimeSpan window, int batchSize)
    {
        var start = clock.GetTimestamp();
        long samples = 0;
        for (long step = 0; samples == 0 || clock.GetElapsedTime(start) < window; step++)
        {
            // One work item a step, so that the accelerator's share applies as it does in joint training.
            samples += await OnAcceleratorAsync(_ => work.TrainStep(step, batchSize));
        }

        return samples / clock.GetElapsedTime(start).TotalSeconds;
    }

    // Work that overlaps with other work waits for it: an accelerator runs the items of a lease one after another.
    private async Task<T> OnAcceleratorAsync<T>(Func<CancellationToken, T> work, CancellationToken cancellationToken = default)
    {
        if (_accelerator is not { } accelerator || _stop is not { } stop)
        {
            throw HoldsNoModel();
        }

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, cancellationToken);
        var token = ends.Token;
        var run = accelerator.RunAsync(() => work(token), token);
        _running = EndOfBothAsync(_running, run);
        try
        {
            return await run;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // Who waits for an answer must not take it for a cancellation of its own.
            throw new OrleansException($"Shard {this.GetPrimaryKeyString()} was unloaded, or its caller gave up, before its work was done.");
        }
    }

    // Both and not only the later one: an item that never begins ends before the one that runs.
    private static async Task EndOfBothAsync(Task earlier, Task run)
    {
        await earlier.ConfigureAwait(false);
        await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private ShardReplicaWork Work() => _work ?? throw HoldsNoModel();

    private OrleansException HoldsNoModel() => new(
        $"Shard {this.GetPrimaryKeyString()} holds no model: its node restarted, or Load was not called. The job starts it again.");
}
