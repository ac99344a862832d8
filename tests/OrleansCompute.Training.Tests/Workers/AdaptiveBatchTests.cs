using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.TestKit;
using OrleansCompute.Training.Checkpoints;
using OrleansCompute.Training.Data;
using OrleansCompute.Training.Parallel;
using OrleansCompute.Training.Tests.Fakes;
using OrleansCompute.Training.Workers;
using TestData = OrleansCompute.Training.Tests.Fakes.TestData;

namespace OrleansCompute.Training.Tests.Workers;

public sealed class AdaptiveBatchTests
{
    private readonly ImageDataset _data = TestData.Create(203);
    private readonly ManualTimeProvider _clock = new();
    private readonly DataParallelOptions _options =
        new() { BatchSize = 16, MaxBatchSize = 64, Epochs = 4, NoiseEverySteps = 1, RebalanceEverySteps = 2, WarmupSteps = 0 };

    [Fact]
    public async Task RunAsync_WhereNobodyChangesTheBatch_TrainsAsWithAFixedOne()
    {
        var (fixedBatch, adaptive) = (Workers(2), Workers(2));

        var expected = await RunAsync(_options with { MaxBatchSize = null }, new EventLog(), fixedBatch);
        var actual = await RunAsync(_options, new EventLog(), adaptive);

        Assert.Equal(expected.Parameters, actual.Parameters);
        Assert.Equal((expected.Epoch, expected.GlobalStep), (actual.Epoch, actual.GlobalStep));
        Assert.Equal(fixedBatch[0].Used, adaptive[0].Used);
        Assert.Null(expected.Adaptive);
        Assert.Equal(4 * 203, actual.Adaptive!.UsefulSamples, 6);
    }

    [Fact]
    public async Task SetBatchSize_WhileRunning_TakesEffectAtTheNextStepAndScalesTheRate()
    {
        DataParallelCoordinator? coordinator = null;
        var log = new EventLog(happened =>
        {
            if (happened is TrainingEvent.StepCompleted { GlobalStep: 78 })
            {
                coordinator!.SetBatchSize(50);
            }
        });
        var factors = new Dictionary<long, double>();
        var worker = new FakeWorker("a", _data, 100)
        {
            Before = (command, _) =>
            {
                if (command.MeanGradient is not null)
                {
                    factors[command.Step - 1] = command.UpdateScale.RateFactor;
                }

                return Task.CompletedTask;
            },
        };
        coordinator = Coordinator(_options with { Epochs = 10 }, log, worker);

        Assert.IsType<TrainingOutcome.Completed>(await coordinator.RunAsync(null, CancellationToken.None));

        // 13 steps an epoch: step 78 begins the seventh.
        var (last, first) = (log.Steps.ElementAt(78), log.Steps.ElementAt(79));
        Assert.Equal((16, 16), (last.BatchSize, last.Score.Count));
        Assert.Equal((50, 50), (first.BatchSize, first.Score.Count));
        Assert.Equal(79, Assert.Single(log.Events.OfType<TrainingEvent.BatchChanged>()).GlobalStep);

        // The factor that is announced is the one that the workers use: in the command after.
        var noise = Assert.NotNull(last.Noise);
        Assert.Equal(LearningRateScaling.Factor(LearningRateRule.RootOfGain, noise, 50, 16), first.RateFactor, 12);
        Assert.All(factors.Where(update => update.Key < 79), update => Assert.Equal(1, update.Value));
        Assert.Equal(first.RateFactor, factors[79], 12);
        Assert.True(first.RateFactor > 1);

        // The samples of the step count by the noise as it was known before it.
        Assert.Equal(50 * noise.Efficiency(50, 16), first.UsefulSamples - last.UsefulSamples, 9);
    }

    [Fact]
    public async Task RunAsync_WithLargeBatches_GoesOnUntilTheProgressIsThatOfTheEpochs()
    {
        DataParallelCoordinator? coordinator = null;
        var log = new EventLog(happened =>
        {
            if (happened is TrainingEvent.StepCompleted { GlobalStep: 78 })
            {
                coordinator!.SetBatchSize(64);
            }
        });
        var worker = new FakeWorker("a", _data, 100);
        coordinator = Coordinator(_options with { Epochs = 10 }, log, worker);

        var end = Assert.IsType<TrainingOutcome.Completed>(await coordinator.RunAsync(null, CancellationToken.None)).Checkpoint;

        Assert.True(worker.Used.Count > 10 * 203, $"{worker.Used.Count} samples were used");
        Assert.InRange(end.Adaptive!.UsefulSamples, (10 * 203) - 0.5, (10 * 203) + 64);
        Assert.All(log.Steps.SkipLast(1), step => Assert.True(step.UsefulSamples < (10 * 203) - 0.5));
    }

    [Fact]
    public void RunAsync_WhateverBatchesAndWorkersDo_UsesEverySampleOfAnEpochOnce()
    {
        var actions = (from step in Gen.Choose(0, 110) from action in Gen.Choose(0, 4) from batch in Gen.Choose(16, 64) select (step, action, batch)).ListOf();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(actions.ToArbitrary(), plan => PlayAsync([.. plan]).GetAwaiter().GetResult()));
    }

    private async Task<bool> PlayAsync((int Step, int Action, int Batch)[] plan)
    {
        var options = _options with { Epochs = 8 };
        var names = 0;
        var all = new List<FakeWorker>();
        var present = new List<FakeWorker>();
        DataParallelCoordinator? coordinator = null;
        var stops = false;
        var log = new EventLog(happened =>
        {
            switch (happened)
            {
                case TrainingEvent.StepCompleted step:
                    foreach (var (_, action, batch) in plan.Where(entry => entry.Step == step.GlobalStep))
                    {
                        Act(action, batch);
                    }

                    break;
                case TrainingEvent.WorkerLost lost:
                    present.RemoveAll(worker => worker.Name == lost.Name);
                    break;
                default:
                    break;
            }
        });

        void Act(int action, int batch)
        {
            switch (action)
            {
                case 0 or 1:
                    coordinator!.SetBatchSize(batch);
                    break;
                case 2:
                    coordinator!.Join(New().AsWorker());
                    break;
                case 3 when present.Count > 1 && batch % 2 == 0:
                    coordinator!.Leave(present[0].Name);
                    present.RemoveAt(0);
                    break;
                case 3 when present.Count > 1:
                    present[^1].Before = (_, _) => throw new IOException("power cut");
                    present.RemoveAt(present.Count - 1);
                    break;
                case 4 when !stops:
                    stops = true;
                    coordinator!.RequestStop();
                    break;
                default:
                    break;
            }
        }

        FakeWorker New()
        {
            var worker = new FakeWorker($"w{names++}", _data, 50 + (names * 13 % 70));
            all.Add(worker);
            present.Add(worker);
            return worker;
        }

        var checkpoints = new MemoryCheckpoints();
        Checkpoint? from = null;
        Checkpoint? end = null;
        while (end is null)
        {
            present.Clear();
            coordinator = new DataParallelCoordinator(TestData.Describe(_data), options, log, checkpoints, _clock);
            coordinator.Join(New().AsWorker());
            coordinator.Join(New().AsWorker());
            switch (await coordinator.RunAsync(from, CancellationToken.None))
            {
                case TrainingOutcome.Stopped:
                    from = checkpoints.Read(checkpoints.Saved.Count - 1);
                    break;
                case TrainingOutcome.Completed completed:
                    end = completed.Checkpoint;
                    break;
                case var other:
                    throw new InvalidOperationException($"{other}");
            }
        }

        // Of the last, partial epoch each at most once.
        var counts = new int[_data.Count];
        foreach (var sample in all.SelectMany(worker => worker.Used))
        {
            counts[sample]++;
        }

        return end.Adaptive!.UsefulSamples >= (options.Epochs * 203) - 0.5
            && counts.All(count => count == end.Epoch || count == end.Epoch + 1)
            && counts.Count(count => count == end.Epoch + 1) == end.Adaptive.SampleInEpoch;
    }

    [Fact]
    public async Task RunAsync_WhenStoppedWithAnotherBatch_GoesOnAsIfItHadNot()
    {
        var options = _options with { Epochs = 10 };
        DataParallelCoordinator? coordinator = null;
        var whole = new FakeWorker("whole", _data, 100);
        coordinator = Coordinator(options, new EventLog(happened => Grow(happened, null)), whole);
        var expected = Assert.IsType<TrainingOutcome.Completed>(await coordinator.RunAsync(null, CancellationToken.None)).Checkpoint;

        var (before, after) = (new FakeWorker("before", _data, 100), new FakeWorker("after", _data, 100, seed: 9));
        coordinator = Coordinator(options, new EventLog(happened => Grow(happened, 85)), before);
        var stopped = Assert.IsType<TrainingOutcome.Stopped>(await coordinator.RunAsync(null, CancellationToken.None)).Checkpoint;
        Assert.Equal((48, 16), (stopped.Adaptive!.BatchSize, stopped.BatchSize));
        coordinator = Coordinator(options, new EventLog(), after);
        var actual = Assert.IsType<TrainingOutcome.Completed>(
            await coordinator.RunAsync(CheckpointCodec.Decode(CheckpointCodec.Encode(stopped)), CancellationToken.None)).Checkpoint;

        Assert.Equal(expected.Parameters, actual.Parameters);
        Assert.Equal(expected.Adaptive, actual.Adaptive);
        Assert.Equal(whole.Used, before.Used.Concat(after.Used));

        void Grow(TrainingEvent happened, long? stop)
        {
            if (happened is TrainingEvent.StepCompleted step)
            {
                if (step.GlobalStep == 80)
                {
                    coordinator!.SetBatchSize(48);
                }

                if (step.GlobalStep == stop)
                {
                    coordinator!.RequestStop();
                }
            }
        }
    }

    [Fact]
    public async Task RunAsync_WithACheckpointOfAFixedBatch_GoesOnWhereItWas()
    {
        DataParallelCoordinator? coordinator = null;
        var (before, after) = (new FakeWorker("before", _data, 100), new FakeWorker("after", _data, 100, seed: 9));
        coordinator = Coordinator(
            _options with { MaxBatchSize = null },
            new EventLog(happened =>
            {
                if (happened is TrainingEvent.StepCompleted { GlobalStep: 17 })
                {
                    coordinator!.RequestStop();
                }
            }),
            before);
        var stopped = Assert.IsType<TrainingOutcome.Stopped>(await coordinator.RunAsync(null, CancellationToken.None)).Checkpoint;

        coordinator = Coordinator(_options, new EventLog(), after);
        Assert.IsType<TrainingOutcome.Completed>(await coordinator.RunAsync(stopped, CancellationToken.None));

        Assert.Equal(Enumerable.Range(0, 4 * 203).Select(i => i / 4), before.Used.Concat(after.Used).Order());
    }

    [Theory]
    [InlineData(15)]
    [InlineData(65)]
    [InlineData(0)]
    [InlineData(-1)]
    public void SetBatchSize_OutsideTheLimits_IsRefusedWithTheRange(int batchSize)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Coordinator(_options, new EventLog()).SetBatchSize(batchSize));

        Assert.Contains($"batchSize is {batchSize}; allowed 16 to 64", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SetBatchSize_WhereTheBatchIsFixed_IsRefused() => Assert.Contains(
        "the batch is fixed at 16",
        Assert.Throws<ArgumentOutOfRangeException>(() => Coordinator(_options with { MaxBatchSize = null }, new EventLog()).SetBatchSize(32)).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(8)]
    [InlineData(2_000_000)]
    public void Constructor_WithSillyLimits_NamesThem(int max)
    {
        var error = Assert.Throws<ArgumentException>(() => Coordinator(_options with { MaxBatchSize = max }, new EventLog()));

        Assert.Contains($"MaxBatchSize is {max}; allowed 16 to 1048576", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_WhenWorkerLiesAboutParts_RefusesIt()
    {
        var (good, liar) = (new FakeWorker("good", _data, 100), new FakeWorker("liar", _data, 100));
        liar.Change = result => result with { Parts = result.Count + 1 };
        var log = new EventLog();

        await RunAsync(_options, log, good, liar);

        Assert.Equal("liar", Assert.Single(log.Events.OfType<TrainingEvent.WorkerLost>()).Name);
    }

    private FakeWorker[] Workers(int count) => [.. Enumerable.Range(0, count).Select(i => new FakeWorker($"w{i}", _data, 100 - (i * 30)))];

    private DataParallelCoordinator Coordinator(DataParallelOptions options, EventLog log, params FakeWorker[] workers)
    {
        var coordinator = new DataParallelCoordinator(TestData.Describe(_data), options, log, null, _clock);
        foreach (var worker in workers)
        {
            coordinator.Join(worker.AsWorker());
        }

        return coordinator;
    }

    private async Task<Checkpoint> RunAsync(DataParallelOptions options, EventLog log, params FakeWorker[] workers) =>
        Assert.IsType<TrainingOutcome.Completed>(await Coordinator(options, log, workers).RunAsync(null, CancellationToken.None)).Checkpoint;
}
