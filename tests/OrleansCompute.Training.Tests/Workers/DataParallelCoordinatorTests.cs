using OrleansCompute.TestKit;
using OrleansCompute.Training.Data;
using OrleansCompute.Training.Tests.Fakes;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Training.Tests.Workers;

public sealed class DataParallelCoordinatorTests
{
    private readonly ImageDataset _data = TestData.Create(203);
    private readonly ManualTimeProvider _clock = new();
    private readonly DataParallelOptions _options = new() { BatchSize = 32, Epochs = 2, RebalanceEverySteps = 2, WarmupSteps = 0 };

    [Fact]
    public async Task RunAsync_WithThreeUnequalWorkers_EqualsOneWorker()
    {
        var alone = new FakeWorker("alone", _data, 100);
        var trio = new[] { new FakeWorker("a", _data, 100), new FakeWorker("b", _data, 57, seed: 2), new FakeWorker("c", _data, 13, seed: 3) };

        var single = await RunAsync(_options, alone);
        var joint = await RunAsync(_options, trio);

        var expected = Assert.IsType<TrainingOutcome.Completed>(single).Checkpoint;
        var actual = Assert.IsType<TrainingOutcome.Completed>(joint).Checkpoint;
        Assert.Equal(14, actual.GlobalStep);
        AssertClose(expected.Parameters, actual.Parameters, 2e-5f);
        Assert.Equal(alone.Used.Order(), trio.SelectMany(worker => worker.Used).Order());
        Assert.Single(trio.Select(worker => worker.Trainer.ParameterHash()).Distinct());
        Assert.All(trio, worker => Assert.NotEmpty(worker.Used));
    }

    [Fact]
    public async Task RunAsync_WhileSharesStay_TellsWorkersTheSamplesOfTheNextStep()
    {
        var worker = new FakeWorker("a", _data, 100);
        var commands = new List<ShardStepCommand>();
        worker.Before = (command, _) =>
        {
            commands.Add(command);
            return Task.CompletedTask;
        };

        await RunAsync(_options, worker, new FakeWorker("b", _data, 100));

        // Seven steps an epoch; the order of the next epoch is not known before it begins.
        var steps = commands.Where(command => !command.SampleIndices.IsEmpty).ToArray();
        Assert.Equal(14, steps.Length);
        for (var i = 0; i < steps.Length; i++)
        {
            var expected = i % 7 == 6 ? [] : steps[i + 1].SampleIndices.ToArray();
            Assert.Equal(expected, steps[i].NextSampleIndices.ToArray());
        }
    }

    [Fact]
    public async Task RunAsync_WhenDone_HasLearnt()
    {
        var worker = new FakeWorker("a", _data, 100);
        var log = new EventLog();

        await RunAsync(_options with { Epochs = 12 }, log, null, worker);

        var epochs = log.Events.OfType<TrainingEvent.EpochCompleted>().ToArray();
        Assert.Equal(12, epochs.Length);
        Assert.All(epochs, epoch => Assert.Equal(203, epoch.Score.Count));
        Assert.True(epochs[^1].Score.Loss < epochs[0].Score.Loss / 2, $"loss went from {epochs[0].Score.Loss} to {epochs[^1].Score.Loss}");
        Assert.True(worker.Trainer.Evaluate(TestData.Create(100, seed: 9)).Accuracy > 0.95);
    }

    [Fact]
    public async Task RunAsync_WithSlowWorker_GivesItFewerSamples()
    {
        var (fast, slow) = (new FakeWorker("fast", _data, 300), new FakeWorker("slow", _data, 100));
        var log = new EventLog();

        await RunAsync(_options, log, null, fast, slow);

        var first = log.Steps.First().Workers;
        var settled = log.Steps.ElementAt(4).Workers;
        Assert.Equal([16, 16], first.Select(worker => worker.Samples));
        Assert.Equal([24, 8], settled.Select(worker => worker.Samples));
        Assert.Equal([0.75, 0.25], settled.Select(worker => worker.ShareFraction));
        Assert.Contains(log.Events, happened => happened is TrainingEvent.Rebalanced { GlobalStep: 2 } change && change.Shares.SequenceEqual([24, 8]));
    }

    [Fact]
    public async Task RunAsync_WithHalfComputeShare_CountsOnlyHalfTheSpeed()
    {
        var (whole, half) = (new FakeWorker("whole", _data, 100), new FakeWorker("half", _data, 100));
        half.Change = result => result with { ComputeShare = 0.5 };
        var log = new EventLog();

        await RunAsync(_options, log, null, whole, half);

        Assert.Equal([21, 11], log.Steps.ElementAt(4).Workers.Select(worker => worker.Samples));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task RunAsync_WhenWorkerIsLostMidEpoch_UsesEverySampleOnceAndEndsEqual(int lostIndex)
    {
        var workers = new[] { new FakeWorker("a", _data, 100), new FakeWorker("b", _data, 60), new FakeWorker("c", _data, 40) };
        workers[lostIndex].Before = (command, _) => command.Step >= 3 ? throw new IOException("power cut") : Task.CompletedTask;
        var log = new EventLog();

        var outcome = await RunAsync(_options, log, null, workers);

        var reference = Assert.IsType<TrainingOutcome.Completed>(await RunAsync(_options, new FakeWorker("alone", _data, 1))).Checkpoint;
        AssertClose(reference.Parameters, Assert.IsType<TrainingOutcome.Completed>(outcome).Checkpoint.Parameters, 2e-5f);
        var twice = Enumerable.Range(0, 203).Concat(Enumerable.Range(0, 203)).Order();
        Assert.Equal(twice, workers.SelectMany(worker => worker.Used).Order());
        var loss = Assert.Single(log.Events.OfType<TrainingEvent.WorkerLost>());
        Assert.Equal((workers[lostIndex].Name, 3L), (loss.Name, loss.GlobalStep));
        Assert.Contains("power cut", loss.Reason, StringComparison.Ordinal);
        Assert.Equal(32, log.Steps.ElementAt(3).Workers.Sum(worker => worker.Samples));
    }

    [Fact]
    public async Task RunAsync_WhenTwoAreLostOneDuringTheOthersRecovery_SurvivorComputesAll()
    {
        var workers = new[] { new FakeWorker("a", _data, 100), new FakeWorker("b", _data, 100), new FakeWorker("c", _data, 100) };
        var calls = 0;
        workers[0].Before = (command, _) => command.Step == 2 ? throw new IOException("first") : Task.CompletedTask;
        workers[1].Before = (command, _) => command.Step == 2 && ++calls == 2 ? throw new IOException("second") : Task.CompletedTask;
        var log = new EventLog();

        var outcome = await RunAsync(_options, log, null, workers);

        Assert.IsType<TrainingOutcome.Completed>(outcome);
        Assert.Equal(2, log.Events.OfType<TrainingEvent.WorkerLost>().Count());
        Assert.Equal(Enumerable.Range(0, 406).Select(i => i / 2), workers.SelectMany(worker => worker.Used).Order());
    }

    [Fact]
    public async Task RunAsync_WhenAllAreLost_FailsWithTheReason()
    {
        var worker = new FakeWorker("a", _data, 100) { Before = (_, _) => throw new IOException("power cut") };

        var outcome = await RunAsync(_options, worker);

        Assert.Contains("'a': IOException: power cut", Assert.IsType<TrainingOutcome.Failed>(outcome).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_WithoutWorkers_Fails() =>
        Assert.Contains("no worker joined", Assert.IsType<TrainingOutcome.Failed>(await RunAsync(_options)).Reason, StringComparison.Ordinal);

    [Fact]
    public async Task RunAsync_WhenWorkerDoesNotAnswer_IsLostAfterTheTimeout()
    {
        var asked = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        var (good, hung) = (new FakeWorker("good", _data, 100), new FakeWorker("hung", _data, 100));
        hung.Before = (_, _) =>
        {
            asked.SetResult();
            return never.Task;
        };
        var log = new EventLog();

        var run = RunAsync(_options, log, null, good, hung);
        await asked.Task.OrFailAsync("the hung worker was asked");
        _clock.Advance(TimeSpan.FromSeconds(61));
        var outcome = await run.OrFailAsync("the run went on without the hung worker");

        Assert.IsType<TrainingOutcome.Completed>(outcome);
        Assert.Contains("no answer within 00:01:00", Assert.Single(log.Events.OfType<TrainingEvent.WorkerLost>()).Reason, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 406).Select(i => i / 2), good.Used.Order());
        never.SetException(new IOException("too late"));
    }

    [Fact]
    public async Task RunAsync_WhenWorkerAnswersForOtherSamples_RefusesIt()
    {
        var (good, liar) = (new FakeWorker("good", _data, 100), new FakeWorker("liar", _data, 100));
        liar.Change = result => result with { Count = result.Count + 1 };
        var log = new EventLog();

        var outcome = await RunAsync(_options, log, null, good, liar);

        Assert.IsType<TrainingOutcome.Completed>(outcome);
        Assert.Equal("liar", Assert.Single(log.Events.OfType<TrainingEvent.WorkerLost>()).Name);
        Assert.Equal(Enumerable.Range(0, 406).Select(i => i / 2), good.Used.Order());
    }

    [Fact]
    public async Task RunAsync_WhenLossIsNotANumber_FailsAndSaysSo()
    {
        var worker = new FakeWorker("a", _data, 100) { Change = result => result with { LossSum = double.NaN } };

        var outcome = await RunAsync(_options, worker);

        Assert.Contains("diverged", Assert.IsType<TrainingOutcome.Failed>(outcome).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Join_WhenRunning_GivesTheStateAndSamples()
    {
        var (first, late) = (new FakeWorker("first", _data, 100), new FakeWorker("late", _data, 100, seed: 8));
        DataParallelCoordinator? coordinator = null;
        var log = new EventLog(happened =>
        {
            if (happened is TrainingEvent.StepCompleted { GlobalStep: 4 })
            {
                coordinator!.Join(late.AsWorker());
            }
        });
        coordinator = new DataParallelCoordinator(TestData.Describe(_data), _options, log, null, _clock);
        coordinator.Join(first.AsWorker());

        var outcome = await coordinator.RunAsync(null, CancellationToken.None);

        Assert.IsType<TrainingOutcome.Completed>(outcome);
        Assert.Equal(first.Trainer.ParameterHash(), late.Trainer.ParameterHash());
        Assert.Equal([16, 16], log.Steps.ElementAt(5).Workers.Select(worker => worker.Samples));
        Assert.Equal(Enumerable.Range(0, 406).Select(i => i / 2), first.Used.Concat(late.Used).Order());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(9)]
    public async Task RunAsync_WhenStoppedAndResumed_EqualsTheUninterruptedRun(long stopAfterStep)
    {
        var whole = new FakeWorker("whole", _data, 100);
        var expected = Assert.IsType<TrainingOutcome.Completed>(await RunAsync(_options, whole)).Checkpoint;

        var (before, after) = (new FakeWorker("before", _data, 100), new FakeWorker("after", _data, 100, seed: 77));
        var checkpoints = new MemoryCheckpoints();
        DataParallelCoordinator? coordinator = null;
        var log = new EventLog(happened =>
        {
            if (happened is TrainingEvent.StepCompleted step && step.GlobalStep == stopAfterStep)
            {
                coordinator!.RequestStop();
            }
        });
        coordinator = new DataParallelCoordinator(TestData.Describe(_data), _options, log, checkpoints, _clock);
        coordinator.Join(before.AsWorker());
        Assert.IsType<TrainingOutcome.Stopped>(await coordinator.RunAsync(null, CancellationToken.None));

        var second = new DataParallelCoordinator(TestData.Describe(_data), _options, null, null, _clock);
        second.Join(after.AsWorker());
        var actual = Assert.IsType<TrainingOutcome.Completed>(
            await second.RunAsync(checkpoints.Read(checkpoints.Saved.Count - 1), CancellationToken.None)).Checkpoint;

        Assert.Equal(expected.Parameters, actual.Parameters);
        Assert.Equal(expected.Optimiser.Slots[1], actual.Optimiser.Slots[1]);
        Assert.Equal(whole.Used, before.Used.Concat(after.Used));
    }

    [Fact]
    public async Task RunAsync_AtEpochEnds_StoresCheckpoints()
    {
        var checkpoints = new MemoryCheckpoints();
        var worker = new FakeWorker("a", _data, 100);

        await RunAsync(_options with { Epochs = 5, CheckpointEveryEpochs = 2 }, null, checkpoints, worker);

        Assert.Equal([2, 4, 5], checkpoints.Saved.Select((_, i) => checkpoints.Read(i).Epoch));
        Assert.Equal(35, checkpoints.Read(2).Optimiser.StepCount);
        Assert.Equal(worker.Trainer.Export().Parameters, checkpoints.Read(2).Parameters);
    }

    [Fact]
    public async Task RunAsync_WithCheckpointOfOtherData_Refuses()
    {
        var checkpoints = new MemoryCheckpoints();
        await RunAsync(_options, null, checkpoints, new FakeWorker("a", _data, 100));
        var other = new DataParallelCoordinator(TestData.Describe(TestData.Create(203, seed: 6)), _options);

        var error = await Assert.ThrowsAsync<ArgumentException>(() => other.RunAsync(checkpoints.Read(0), CancellationToken.None));

        Assert.Contains(_data.ContentHash, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_WhenCancelledDuringAStep_EndsAtOnce()
    {
        using var cancellation = new CancellationTokenSource();
        var asked = new TaskCompletionSource();
        var worker = new FakeWorker("a", _data, 100)
        {
            Before = (_, token) =>
            {
                asked.TrySetResult();
                return new TaskCompletionSource().Task.WaitAsync(token);
            },
        };
        var coordinator = new DataParallelCoordinator(TestData.Describe(_data), _options, null, null, _clock);
        coordinator.Join(worker.AsWorker());

        var run = coordinator.RunAsync(null, cancellation.Token);
        await asked.Task.OrFailAsync("the worker was asked");
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.OrFailAsync("the run ended"));
    }

    [Fact]
    public void Constructor_WithOptionsOutOfRange_NamesAll()
    {
        var error = Assert.Throws<ArgumentException>(() => new DataParallelCoordinator(
            TestData.Describe(_data), new DataParallelOptions { BatchSize = 0, Epochs = -1, WorkerTimeout = TimeSpan.Zero }));

        Assert.Contains("BatchSize is 0; allowed 1 to 1048576", error.Message, StringComparison.Ordinal);
        Assert.Contains("Epochs is -1", error.Message, StringComparison.Ordinal);
        Assert.Contains("WorkerTimeout is 00:00:00", error.Message, StringComparison.Ordinal);
    }

    private static void AssertClose(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var worst = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(worst <= tolerance, $"parameters differ by {worst}; allowed {tolerance}");
    }

    private Task<TrainingOutcome> RunAsync(DataParallelOptions options, params FakeWorker[] workers) => RunAsync(options, null, null, workers);

    private Task<TrainingOutcome> RunAsync(DataParallelOptions options, EventLog? log, MemoryCheckpoints? checkpoints, params FakeWorker[] workers)
    {
        var coordinator = new DataParallelCoordinator(TestData.Describe(_data), options, log, checkpoints, _clock);
        foreach (var worker in workers)
        {
            coordinator.Join(worker.AsWorker());
        }

        return coordinator.RunAsync(null, CancellationToken.None);
    }
}
