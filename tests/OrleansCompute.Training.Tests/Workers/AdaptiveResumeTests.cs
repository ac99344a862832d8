using OrleansCompute.TestKit;
using OrleansCompute.Training.Checkpoints;
using OrleansCompute.Training.Data;
using OrleansCompute.Training.Tests.Fakes;
using OrleansCompute.Training.Workers;
using TestData = OrleansCompute.Training.Tests.Fakes.TestData;

namespace OrleansCompute.Training.Tests.Workers;

public sealed class AdaptiveResumeTests
{
    private readonly ImageDataset _data = TestData.Create(203);
    private readonly ManualTimeProvider _clock = new();
    private readonly DataParallelOptions _options = new() { BatchSize = 16, MaxBatchSize = 64, Epochs = 4, NoiseEverySteps = 1, WarmupSteps = 0 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RunAsync_WhenAFixedBatchGoesOnFromAChangingOneAndStops_UsesEverySampleOnce(bool endsAdaptive)
    {
        var fixedBatch = _options with { MaxBatchSize = null };

        // Steps of 16, 16, 50, 50 samples; then of 16; each stop is in the first epoch.
        var (first, adaptive) = await RunAsync(_options, null, stopAfter: 3, (1, 50));
        var (second, middle) = await RunAsync(fixedBatch, first, stopAfter: 4);
        var (third, end) = await RunAsync(endsAdaptive ? _options : fixedBatch, second, stopAfter: null);

        Assert.Equal((132, 148), (first.Adaptive!.SampleInEpoch, second.Adaptive!.SampleInEpoch));
        Assert.Equal((0, 5), (second.Epoch, second.StepInEpoch));
        Assert.Equal(Enumerable.Range(0, 4 * 203).Select(i => i / 4), adaptive.Concat(middle).Concat(end).Order());
        Assert.Equal(endsAdaptive, third.Adaptive is not null);
    }

    [Fact]
    public async Task RunAsync_WhenStoppedWhileTheNoiseIsUnknown_GoesOnAsIfItHadNot()
    {
        var options = _options with { Epochs = 10 };
        var (expected, whole) = await RunAsync(options, null, stopAfter: null, (80, 48));
        var (stopped, before) = await RunAsync(options, null, stopAfter: 85, (80, 48));
        var (actual, after) = await RunAsync(options, stopped, stopAfter: null);

        Assert.True(stopped.Adaptive!.Noise.Square < 0);
        Assert.NotNull(stopped.Adaptive.LastKnown);
        Assert.Equal(expected.Adaptive, actual.Adaptive);
        Assert.Equal(expected.Parameters, actual.Parameters);
        Assert.Equal(whole, before.Concat(after));
    }

    [Fact]
    public async Task SetBatchSize_BeforeItGoesOn_IsTheBatchOfTheFirstStep()
    {
        var (stopped, _) = await RunAsync(_options, null, stopAfter: 3, (1, 50));
        var log = new EventLog();
        var coordinator = Coordinator(_options, log, Worker());
        coordinator.SetBatchSize(24);

        await coordinator.RunAsync(stopped, CancellationToken.None);

        Assert.Equal((50, 24), (stopped.Adaptive!.BatchSize, log.Events.OfType<TrainingEvent.StepCompleted>().First().BatchSize));
    }

    [Fact]
    public async Task RunAsync_WithACheckpointWithinAnEpochThatHidesIt_ChecksTheSeed()
    {
        var (stopped, _) = await RunAsync(_options, null, stopAfter: 3, (1, 50));

        var error = await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(_options with { Seed = 2 }, stopped with { StepInEpoch = 0 }, stopAfter: null));

        Assert.Contains("this run has seed 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN, 5)]
    [InlineData(1.0, 204)]
    [InlineData(1.0, -1)]
    public async Task RunAsync_WithAStateThatCannotBe_RefusesIt(double useful, int sample)
    {
        var (stopped, _) = await RunAsync(_options, null, stopAfter: 3);
        var forged = stopped with { Adaptive = new AdaptiveBatchState(sample, 16, useful, default) };

        // Not by way of the file, which is checked, too.
        var error = await Assert.ThrowsAsync<ArgumentException>(() => Coordinator(_options, new EventLog(), Worker()).RunAsync(forged, CancellationToken.None));

        Assert.Contains("which cannot be with 203 samples", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_WhereAWorkerMeasuresNothing_DoesNotMeasure()
    {
        var (old, present) = (new FakeWorker("old", _data, 100), new FakeWorker("present", _data, 100));
        old.Change = result => result with { Parts = 0, PartSquares = 0 };
        var log = new EventLog();

        var end = Assert.IsType<TrainingOutcome.Completed>(await Coordinator(_options, log, old, present).RunAsync(null, CancellationToken.None)).Checkpoint;

        Assert.Empty(log.Events.OfType<TrainingEvent.WorkerLost>());
        Assert.Equal(default, end.Adaptive!.Noise);
    }

    [Theory]
    [InlineData(-1.0, 1.0, "squares -1")]
    [InlineData(double.NegativeInfinity, 1.0, "squares -")]
    [InlineData(1.0, 0.0, "by 0")]
    [InlineData(1.0, double.NaN, "by NaN")]
    public async Task RunAsync_WhenWorkerLiesAboutSquaresOrScale_RefusesIt(double squares, double scale, string expected)
    {
        var (good, liar) = (new FakeWorker("good", _data, 100), new FakeWorker("liar", _data, 100));
        liar.Change = result => result with { PartSquares = squares, GradientScale = scale };
        var log = new EventLog();

        await Coordinator(_options, log, good, liar).RunAsync(null, CancellationToken.None);

        var lost = Assert.Single(log.Events.OfType<TrainingEvent.WorkerLost>());
        Assert.Equal("liar", lost.Name);
        Assert.Contains(expected, lost.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_WhenAGradientOverflows_KeepsTheWorkerAndLeavesTheStepOut()
    {
        var worker = new FakeWorker("half", _data, 100) { Change = result => result with { PartSquares = double.PositiveInfinity } };
        var log = new EventLog();

        var end = Assert.IsType<TrainingOutcome.Completed>(await Coordinator(_options, log, worker).RunAsync(null, CancellationToken.None)).Checkpoint;

        Assert.Equal(default, end.Adaptive!.Noise);
    }

    // One worker in two parts, whose noise is as large as the gradient at first; later so large that the gradient cannot be told from zero.
    private FakeWorker Worker()
    {
        var step = 0L;
        return new FakeWorker("a", _data, 100)
        {
            Before = (command, _) =>
            {
                step = command.Step;
                return Task.CompletedTask;
            },
            Change = result =>
            {
                var sum = result.GradientSum.ToArray().Sum(value => (double)value * value);
                return result with { Parts = Math.Min(2, result.Count), PartSquares = result.Count == 0 ? 0 : sum / result.Count * (step > 80 ? 1000 : 1.5) };
            },
        };
    }

    private async Task<(Checkpoint End, List<int> Used)> RunAsync(DataParallelOptions options, Checkpoint? from, long? stopAfter, (long Step, int Batch)? change = null)
    {
        DataParallelCoordinator? coordinator = null;
        var worker = Worker();
        coordinator = Coordinator(
            options,
            new EventLog(happened =>
            {
                if (happened is not TrainingEvent.StepCompleted step)
                {
                    return;
                }

                if (step.GlobalStep == change?.Step)
                {
                    coordinator!.SetBatchSize(change.Value.Batch);
                }

                if (step.GlobalStep == stopAfter)
                {
                    coordinator!.RequestStop();
                }
            }),
            worker);
        var outcome = await coordinator.RunAsync(from is null ? null : CheckpointCodec.Decode(CheckpointCodec.Encode(from)), CancellationToken.None);
        var end = stopAfter is null ? Assert.IsType<TrainingOutcome.Completed>(outcome).Checkpoint : Assert.IsType<TrainingOutcome.Stopped>(outcome).Checkpoint;
        return (end, worker.Used);
    }

    private DataParallelCoordinator Coordinator(DataParallelOptions options, EventLog log, params FakeWorker[] workers)
    {
        var coordinator = new DataParallelCoordinator(TestData.Describe(_data), options, log, null, _clock);
        foreach (var worker in workers)
        {
            coordinator.Join(worker.AsWorker());
        }

        return coordinator;
    }
}
