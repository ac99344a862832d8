using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.TestKit;
using OrleansCompute.Training.Checkpoints;
using OrleansCompute.Training.Data;
using OrleansCompute.Training.Models;
using OrleansCompute.Training.Optimisers;
using OrleansCompute.Training.Parallel;
using OrleansCompute.Training.Tests.Fakes;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Training.Tests.Workers;

/// <summary>Gradients that travel while backward goes on: the results have the same bits as without, whatever happens to the workers.</summary>
public sealed class OverlappedTrainingTests
{
    private readonly ImageDataset _data = TestData.Create(203);
    private readonly ManualTimeProvider _clock = new();
    private readonly DataParallelOptions _whole = new() { BatchSize = 32, Epochs = 2, RebalanceEverySteps = 2, WarmupSteps = 0 };

    // 51 parameters: buckets of 16, 16, 16 and 3.
    private DataParallelOptions InBuckets => _whole with { GradientBucketBytes = 64 };

    [Fact]
    public async Task RunAsync_InBuckets_HasTheBitsOfTheRunWithout()
    {
        var expected = Checkpoint(await RunAsync(_whole, null, Workers()));

        var workers = Workers();
        var buckets = 0;
        workers[0].Bucket = (bucket, receive) =>
        {
            buckets++;
            receive(bucket);
        };
        var actual = Checkpoint(await RunAsync(InBuckets, null, workers));

        AssertSame(expected, actual);
        Assert.Equal(4 * 14, buckets);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 2)]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    public async Task RunAsync_WhenAWorkerIsLostInTheMiddleOfItsGradient_HasTheBitsOfTheRunWithout(int lostIndex, int sent)
    {
        var plain = Workers();
        plain[lostIndex].Before = (command, _) => command.Step == 3 ? throw new IOException("power cut") : Task.CompletedTask;
        var expected = Checkpoint(await RunAsync(_whole, null, plain));

        var workers = Workers();
        var (step, count) = (0L, 0);
        workers[lostIndex].Before = (command, _) =>
        {
            (step, count) = (command.Step, 0);
            return Task.CompletedTask;
        };
        workers[lostIndex].Bucket = (bucket, receive) =>
        {
            if (step == 3 && count++ == sent)
            {
                throw new IOException("power cut");
            }

            receive(bucket);
        };
        var log = new EventLog();
        var actual = Checkpoint(await RunAsync(InBuckets, log, workers));

        AssertSame(expected, actual);
        Assert.Equal((workers[lostIndex].Name, 3L), log.Events.OfType<TrainingEvent.WorkerLost>().Select(loss => (loss.Name, loss.GlobalStep)).Single());
        Assert.Equal(Enumerable.Range(0, 406).Select(i => i / 2), workers.SelectMany(worker => worker.Used).Order());
    }

    [Fact]
    public async Task RunAsync_WhenAllButOneAreLostInTheMiddle_EndsWithTheOther()
    {
        var workers = Workers();
        foreach (var worker in workers[1..])
        {
            worker.Bucket = (bucket, receive) =>
            {
                receive(bucket);
                throw new IOException("power cut");
            };
        }

        var log = new EventLog();
        Checkpoint(await RunAsync(InBuckets, log, workers));

        Assert.Equal(2, log.Events.OfType<TrainingEvent.WorkerLost>().Count());
        Assert.Equal(Enumerable.Range(0, 406).Select(i => i / 2), workers[0].Used.Order());
    }

    [Fact]
    public async Task RunAsync_WhenAWorkerSendsABucketTwice_RefusesIt()
    {
        var workers = Workers();
        workers[1].Bucket = (bucket, receive) =>
        {
            receive(bucket);
            receive(bucket);
        };
        var log = new EventLog();

        Checkpoint(await RunAsync(InBuckets, log, workers));

        var loss = Assert.Single(log.Events.OfType<TrainingEvent.WorkerLost>());
        Assert.Equal("b", loss.Name);
        Assert.Contains("twice", loss.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_WhenAWorkerKeepsABucket_RefusesIt()
    {
        var workers = Workers();
        workers[2].Bucket = (bucket, receive) =>
        {
            if (bucket.Index != 3)
            {
                receive(bucket);
            }
        };
        var log = new EventLog();

        Checkpoint(await RunAsync(InBuckets, log, workers));

        Assert.Equal("sent 3 gradient buckets of 4", Assert.Single(log.Events.OfType<TrainingEvent.WorkerLost>()).Reason);
    }

    [Fact]
    public async Task RunAsync_WhenLateBucketsArriveAfterTheTimeout_IgnoresThem()
    {
        var asked = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        var late = new List<Action>();
        var workers = Workers();
        workers[1].Before = (_, _) =>
        {
            asked.TrySetResult();
            return never.Task;
        };
        var log = new EventLog();
        workers[0].Bucket = (bucket, receive) =>
        {
            receive(bucket);
            late.Add(() => receive(bucket));
            if (late.Count > 4)
            {
                // Those of the step before: of a round that is over.
                late[^5]();
            }
        };

        var run = RunAsync(InBuckets, log, workers);
        await asked.Task.OrFailAsync("the hung worker was asked");
        _clock.Advance(TimeSpan.FromSeconds(61));
        Checkpoint(await run.OrFailAsync("the run went on without the hung worker"));

        Assert.Equal("b", Assert.Single(log.Events.OfType<TrainingEvent.WorkerLost>()).Name);
        never.SetException(new IOException("too late"));
    }

    [Theory]
    [InlineData(32, 1)]
    [InlineData(9, 1)]
    [InlineData(32, 2)]
    public void Execute_OfAGraphInBuckets_SendsSomeBeforeBackwardEndsAndTheSameBits(int maxBatch, int streams)
    {
        using var cpu = new CpuAccelerator(Tensors.Kernels.SimdSupport.Best, 1);
        using var expectedModel = Model(cpu, maxBatch, 1);
        using var model = Model(cpu, maxBatch, streams);
        var command = new ShardStepCommand { Step = 0, SampleIndices = Enumerable.Range(0, 32).ToArray() };
        var expected = Trainer(expectedModel).Execute(command);
        var watched = new WatchedModel(model);
        var plan = new GradientBucketPlan(model.Parameters.Length, 100);
        var (actual, during, order) = (new float[model.Parameters.Length], 0, new List<int>());

        var result = Trainer(watched).Execute(command with { GradientBucketLength = 100 }, bucket =>
        {
            bucket.Values.CopyTo(actual.AsMemory(plan.Range(bucket.Index).Offset));
            order.Add(bucket.Index);
            during += watched.IsComputing ? 1 : 0;
        });

        Assert.Equal(expected.GradientSum.ToArray(), actual);
        Assert.Equal((expected.Score, 0), (result.Score, result.GradientSum.Length));
        Assert.Equal(Enumerable.Range(0, plan.Count), order.Order());
        Assert.InRange(order[0], 0, 1);
        Assert.InRange(during, plan.Count / 2, plan.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Execute_OfAGraphWhenCancelledInBackward_EndsInItAndCanBeRepeated(int streams)
    {
        using var cpu = new CpuAccelerator(Tensors.Kernels.SimdSupport.Best, 1);
        using var expectedModel = Model(cpu, 32, streams);
        using var model = Model(cpu, 32, streams);
        var command = new ShardStepCommand { Step = 0, SampleIndices = Enumerable.Range(0, 32).ToArray() };
        var trainer = Trainer(model);
        using var stop = new CancellationTokenSource();
        var sent = 0;

        Assert.ThrowsAny<OperationCanceledException>(() => trainer.Execute(
            command with { GradientBucketLength = 100 },
            _ =>
            {
                sent++;
                stop.Cancel();
            },
            stop.Token));

        Assert.InRange(sent, 1, new GradientBucketPlan(model.Parameters.Length, 100).Count - 1);
        Assert.Throws<OperationCanceledException>(() => trainer.Execute(command, cancellationToken: stop.Token));
        Assert.Equal(Trainer(expectedModel).Execute(command).GradientSum.ToArray(), trainer.Execute(command).GradientSum.ToArray());
    }

    private static GraphModel Model(CpuAccelerator cpu, int maxBatch, int streams) => new(
        new NetworkBuilder(1, 4, 4).Flatten().Dense(24, Activation.Relu).Dense(16, Activation.Relu).Dense(3).Build(),
        cpu,
        maxBatch,
        options: new() { Streams = streams });

    private ShardTrainer Trainer(IGradientModel model) => new(model, new AdamOptimiser(model.Parameters.Length), _data);

    private static void AssertSame(Checkpoint expected, Checkpoint actual)
    {
        Assert.Equal(expected.GlobalStep, actual.GlobalStep);
        Assert.Equal(expected.Parameters, actual.Parameters);
        Assert.Equal(expected.Optimiser.Slots[1], actual.Optimiser.Slots[1]);
    }

    private static Checkpoint Checkpoint(TrainingOutcome outcome) => Assert.IsType<TrainingOutcome.Completed>(outcome).Checkpoint;

    private FakeWorker[] Workers() => [new FakeWorker("a", _data, 100), new FakeWorker("b", _data, 57, seed: 2), new FakeWorker("c", _data, 13, seed: 3)];

    private Task<TrainingOutcome> RunAsync(DataParallelOptions options, EventLog? log, FakeWorker[] workers)
    {
        var coordinator = new DataParallelCoordinator(TestData.Describe(_data), options, log, null, _clock);
        foreach (var worker in workers)
        {
            coordinator.Join(worker.AsWorker());
        }

        return coordinator.RunAsync(null, CancellationToken.None);
    }
}
