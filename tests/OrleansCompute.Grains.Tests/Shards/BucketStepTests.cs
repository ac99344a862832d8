using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using OrleansCompute.Contracts.Datasets;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Shards;
using OrleansCompute.Grains.Jobs;
using OrleansCompute.Grains.Placement;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.Grains.Tests.Jobs;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.TestKit;
using OrleansCompute.Training.Parallel;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Grains.Tests.Shards;

/// <summary>Steps of shard grains whose gradients are longer than a bucket.</summary>
public sealed class BucketStepTests : IAsyncLifetime, IDisposable
{
    private const int Steps = 4;
    private static readonly string[] Nodes = ["left", "right"];
    private readonly StepGate _gate = new();
    private readonly UnloadWatch _unloads = new();
    private FabricCluster _fabric = null!;
    private DatasetVersion _data = null!;

    // 64 x 4,500 + 4,500 x 3 weights and 4,503 biases: 1.2 MiB, two buckets.
    private static JobSpec Large(JobSpec spec) => spec with
    {
        Model = spec.Model with { Layers = [spec.Model.Layers[0] with { Units = 4_500 }, spec.Model.Layers[1]] },
    };

    public async Task InitializeAsync()
    {
        _fabric = await FabricCluster.StartAsync(
            Nodes.Select(name => new TestNode(name, Device: _gate.Name)),
            TimeProvider.System,
            options => options.LeaseDuration = TimeSpan.FromHours(1),
            silo =>
            {
                silo.Services.AddSingleton<IAcceleratorDriver>(_gate);
                silo.AddIncomingGrainCallFilter(_unloads);
            });
        _data = await _fabric.AddDatasetAsync(JobSamples.Data, 50 * Steps);
    }

    public async Task DisposeAsync()
    {
        _gate.Open();
        await _fabric.DisposeAsync();
    }

    public void Dispose() => _gate.Dispose();

    [Fact]
    public async Task StepInBuckets_OverTwoNodes_HasTheBitsOfStepsWithout()
    {
        var leases = new List<Lease>();
        foreach (var node in Nodes)
        {
            leases.Add(await GrantAsync(node));
        }

        var (expected, none) = await TrainAsync("whole", leases, 1 << 30);
        var (actual, buckets) = await TrainAsync("buckets", leases, 1 << 20);

        Assert.Equal((0, Nodes.Length * Steps * 2), (none, buckets));
        Assert.Equal(expected, actual);
    }

    [Fact]
    public async Task Unload_WhenTheJobIsCancelledInTheMiddleOfAStep_FreesNothingBeforeTheStepHasEnded()
    {
        await _fabric.JoinAsync(Nodes[0]);
        await _fabric.Job("big").Submit(Large(JobSamples.Spec("big", epochs: 1000)));
        await _fabric.TrainingAsync("big");
        _gate.Arm();
        await _gate.Entered.OrFailAsync("a step runs", TimeSpan.FromMinutes(2));

        await _fabric.Job("big").Cancel("seen enough");
        var hasEnded = await _unloads.Began.OrFailAsync("the shard is unloaded", TimeSpan.FromMinutes(2));

        Assert.False(hasEnded, "the memory was freed while the accelerator's thread was still in the step");
        _gate.Open();
        Assert.Equal(JobState.Cancelled, (await _fabric.EndAsync("big")).State);
        await _fabric.IdleAsync();
    }

    [Fact]
    public async Task Unload_WhileAStepIsReadInBuckets_EndsTheStepWithTheReason()
    {
        var lease = await GrantAsync(Nodes[0]);
        var shard = await LoadAsync("alone", 0, lease);
        _gate.Arm();
        var step = new ShardStep { Step = 0, Samples = [.. Enumerable.Range(0, 100)], GradientBucketLength = 1 << 18 };
        var read = ReadAsync(shard.StepInBuckets(step));
        await _gate.Entered.OrFailAsync("the step runs", TimeSpan.FromMinutes(2));

        var unload = shard.Unload();
        Assert.False(await _unloads.Began.OrFailAsync("the shard is unloaded"));
        _gate.Open();

        var error = await Assert.ThrowsAnyAsync<Exception>(() => read).OrFailAsync("the step ends", TimeSpan.FromMinutes(2));
        Assert.Contains("was unloaded", error.ToString(), StringComparison.Ordinal);
        await unload;
    }

    private static async Task<int> ReadAsync(IAsyncEnumerable<ShardStepPart> parts)
    {
        var count = 0;
        await foreach (var part in parts)
        {
            count++;
        }

        return count;
    }

    private async Task<Lease> GrantAsync(string node)
    {
        var lease = new Lease
        {
            Id = 1,
            Pool = FabricCluster.PoolName,
            Tenant = FabricCluster.TenantName,
            Job = "steps",
            Node = node,
            NodeIncarnation = (await _fabric.Node(node).GetStatus()).Incarnation,
            Accelerator = "cpu0",
            ScoreGflops = 1,
            GrantedAt = TimeProvider.System.GetUtcNow(),
        };
        await _fabric.Node(node).Grant(lease);
        return lease;
    }

    private async Task<IModelShardGrain> LoadAsync(string name, int rank, Lease lease)
    {
        var shard = _fabric.Grains.GetGrain<IModelShardGrain>($"acme/{name}/1/{rank}");
        LeaseHint.Set(lease.Node);
        await shard.Load(new ShardAssignment { Spec = Large(JobSamples.Spec(name)), Dataset = _data, Lease = lease });
        Assert.Equal(lease.Node, _fabric.NodeOf(shard));
        return shard;
    }

    private async Task<(float[] Parameters, int Buckets)> TrainAsync(string name, IReadOnlyList<Lease> leases, int bucketBytes)
    {
        var hash = new string('a', 64);
        var coordinator = new DataParallelCoordinator(
            new() { SampleCount = 50 * Steps, DatasetHash = hash, ModelHash = hash },
            new() { BatchSize = 50, GradientBucketBytes = bucketBytes, RebalanceEverySteps = 100_000, WorkerTimeout = TimeSpan.FromHours(1) });
        var channels = new List<CountingChannel>();
        for (var rank = 0; rank < leases.Count; rank++)
        {
            channels.Add(new CountingChannel(new ShardGrainChannel(await LoadAsync(name, rank, leases[rank]), leases[rank].Node)));
            coordinator.Join(new ShardWorker(leases[rank].Node, channels[rank], 100));
        }

        var outcome = await coordinator.RunAsync(null, CancellationToken.None).OrFailAsync("the end of training", TimeSpan.FromMinutes(2));
        for (var rank = 0; rank < leases.Count; rank++)
        {
            await _fabric.Grains.GetGrain<IModelShardGrain>($"acme/{name}/1/{rank}").Unload();
        }

        Assert.True(outcome is TrainingOutcome.Completed, outcome.ToString());
        return (((TrainingOutcome.Completed)outcome).Checkpoint.Parameters, channels.Sum(channel => channel.Buckets));
    }

    private sealed class CountingChannel(IShardChannel channel) : IShardChannel
    {
        private int _buckets;

        public int Buckets => _buckets;

        public Task<ShardStepResult> StepAsync(ShardStepCommand command, Action<GradientBucket> receive, CancellationToken cancellationToken) =>
            channel.StepAsync(
                command,
                bucket =>
                {
                    Interlocked.Increment(ref _buckets);
                    receive(bucket);
                },
                cancellationToken);

        public Task<ShardState> ExportAsync(CancellationToken cancellationToken) => channel.ExportAsync(cancellationToken);

        public Task ImportAsync(ShardState state, CancellationToken cancellationToken) => channel.ImportAsync(state, cancellationToken);
    }

    /// <summary>Tells of the first unloading whether it had ended by the time that it gave its turn back.</summary>
    private sealed class UnloadWatch : IIncomingGrainCallFilter
    {
        private readonly TaskCompletionSource<bool> _began = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<bool> Began => _began.Task;

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            var call = context.Invoke();

            // By the request's type: the steps of an enumeration pass here as well, and have no method to ask for.
            if (context.Request.GetType().FullName!.Contains(nameof(IModelShardGrain.Unload), StringComparison.Ordinal))
            {
                _began.TrySetResult(call.IsCompleted);
            }

            await call;
        }
    }
}
