using System.Reflection;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Grains.Jobs;
using OrleansCompute.TestKit;
using OrleansCompute.Training.Models;
using OrleansCompute.Training.Parallel;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Grains.Tests.Jobs;

public sealed class TrainingMonitorTests
{
    private readonly TrainingMonitor _monitor;
    private readonly List<string> _gone = [];

    public TrainingMonitorTests() => _monitor = new(
        JobSamples.Spec("grown", epochs: 2, batchSize: 10),
        1,
        [LeaseOn("a", 1)],
        20,
        DispatchProxy.Create<IJobRunGrain, DeafJob>(),
        new ManualTimeProvider(),
        () => { },
        _gone.Add);

    [Fact]
    public async Task Add_WhenALaterWorkerLoadsFirst_EachKeepsItsOwnTally()
    {
        _monitor.Add(2, LeaseOn("c", 3));
        _monitor.Report(Step(0, ("0:a/cpu0", 4), ("2:c/cpu0", 6)));
        _monitor.Add(1, LeaseOn("b", 2));
        _monitor.Report(Step(1, ("0:a/cpu0", 2), ("1:b/cpu0", 3), ("2:c/cpu0", 5)));
        await _monitor.FlushAsync();

        Assert.Equal(
            [("a", 0.3), ("b", 0.15), ("c", 0.55)],
            _monitor.Result([]).Workers.Select(worker => (worker.Node, Math.Round(worker.ShareFraction, 6))));
    }

    [Fact]
    public async Task Result_WhenAWorkerCouldNotJoin_LeavesItOut()
    {
        _monitor.Add(2, LeaseOn("c", 3));
        _monitor.Report(Step(0, ("0:a/cpu0", 5), ("2:c/cpu0", 5)));
        await _monitor.FlushAsync();

        Assert.Equal(["a", "c"], _monitor.Result([]).Workers.Select(worker => worker.Node));
    }

    [Fact]
    public void Report_WhenAWorkerIsLost_ItIsGoneAsOneThatLeft()
    {
        _monitor.Report(new TrainingEvent.WorkerLost("0:a/cpu0", 3, "did not answer"));
        _monitor.Report(new TrainingEvent.WorkerLeft("1:b/cpu0", 4));

        Assert.Equal(["0:a/cpu0", "1:b/cpu0"], _gone);
        Assert.Equal((1, true, false), (_monitor.LostWorkers, _monitor.IsLost("0:a/cpu0"), _monitor.IsLost("1:b/cpu0")));
    }

    [Fact]
    public async Task Report_OfAChosenBatch_CountsUsefulSamplesAndTellsThePoolOfTheNoise()
    {
        var spec = JobSamples.Spec("chosen", epochs: 4, batchSize: 10);
        var job = DispatchProxy.Create<IJobRunGrain, ToldJob>();
        var told = (ToldJob)(object)job;
        var monitor = new TrainingMonitor(
            spec with { Training = spec.Training with { MaxBatchSize = 40 } }, 1, [LeaseOn("a", 7)], 20, job, new ManualTimeProvider(), () => { }, _ => { });

        monitor.Report(Step(0, ("0:a/cpu0", 20)) with
        {
            BatchSize = 20, UsefulSamples = 65, Efficiency = 0.5, RateFactor = 1.5, Noise = new GradientNoiseEstimate(2, 300),
        });
        await monitor.FlushAsync();

        var report = monitor.Report(_ => 7);
        Assert.Equal((20, 1.0, 2.0, 300.0), (report.BatchSize, report.StepSeconds, report.Noise!.Square, report.Noise.SampleVariance));
        Assert.Equal(20, monitor.BatchSize);
        var progress = told.Progress!;
        Assert.Equal((4, 4, 65L, 80L), (progress.Epoch, progress.Epochs, progress.SamplesDone, progress.SamplesTotal));
        Assert.Equal(
            new BatchProgress { BatchSize = 20, NoiseScaleSamples = 150, EfficiencyFraction = 0.5, UsefulSamplesPerSecond = 10, LearningRateFactor = 1.5, SamplesComputed = 20 },
            progress.Batch);

        // 15 useful samples more at 10 a second.
        Assert.Equal(TimeSpan.FromSeconds(1.5), progress.Remaining);
    }

    private static TrainingEvent.StepCompleted Step(long step, params (string Name, int Samples)[] workers)
    {
        var count = workers.Sum(worker => worker.Samples);
        return new TrainingEvent.StepCompleted(
            0, (int)step, 2, step, new BatchScore(1, 0, count), TimeSpan.FromSeconds(1),
            [.. workers.Select(worker => new WorkerStepMetrics(worker.Name, worker.Samples, (double)worker.Samples / count, 1, TimeSpan.Zero))]);
    }

    private static Lease LeaseOn(string node, long id) => new()
    {
        Id = id,
        Pool = "default",
        Tenant = "acme",
        Job = "grown",
        Node = node,
        NodeIncarnation = 1,
        Accelerator = "cpu0",
        ScoreGflops = 1,
        GrantedAt = DateTimeOffset.UnixEpoch,
    };

    /// <summary>
    /// A job that is told, and wants its run. A proxy: a class of this assembly that implements a grain's interface would be a grain
    /// class of every cluster of these tests, and make <c>GetGrain&lt;IJobRunGrain&gt;</c> ambiguous.
    /// </summary>
    public class ToldJob : DispatchProxy
    {
        public JobProgress? Progress { get; private set; }

        protected override object Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Progress = args?.OfType<JobProgress>().FirstOrDefault() ?? Progress;
            return targetMethod?.ReturnType == typeof(Task<bool>) ? Task.FromResult(true) : Task.CompletedTask;
        }
    }

    /// <summary>A job that is told, and wants its run; as <see cref="ToldJob"/>, but keeps nothing.</summary>
    public class DeafJob : DispatchProxy
    {
        protected override object Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod?.ReturnType == typeof(Task<bool>) ? Task.FromResult(true) : Task.CompletedTask;
    }
}
