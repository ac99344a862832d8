using OrleansCompute.Grains.Jobs;
using OrleansCompute.Training.Models;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Grains.Tests.Jobs;

public sealed class StepTimesTests
{
    private readonly StepTimes _times = new();

    [Fact]
    public void Read_BeforeTheFirstStep_IsNothing() => Assert.Null(_times.Read());

    [Fact]
    public void Read_AfterSteps_IsTheirMedian()
    {
        // One in which a plan was compiled says nothing.
        Take(32, 900, 10, 20, 20, 15);

        var (last, seconds, busy) = Assert.NotNull(_times.Read());
        Assert.Equal((32, 0.020), (last.BatchSize, Math.Round(seconds, 9)));
        Assert.Equal([0.010], busy.Select(value => Math.Round(value, 9)));
    }

    [Fact]
    public void Read_AfterARead_IsOfTheStepsSince()
    {
        Take(32, 10, 20);
        _times.Read();
        Take(32, 50);

        Assert.Equal(0.050, _times.Read()!.Value.Seconds, 9);
        Assert.Equal(0.050, _times.Read()!.Value.Seconds, 9);
    }

    [Fact]
    public void Read_AfterAnotherBatch_IsOfThatOne()
    {
        Take(32, 10, 20);
        Take(64, 70);

        var (last, seconds, _) = Assert.NotNull(_times.Read());
        Assert.Equal((64, 0.070), (last.BatchSize, Math.Round(seconds, 9)));
    }

    [Fact]
    public void Read_AfterTheRestOfAnEpoch_LeavesItOut()
    {
        Take(32, 10);
        _times.Take(Step(32, 5, 999));

        Assert.Equal(0.010, _times.Read()!.Value.Seconds, 9);
    }

    private void Take(int batch, params int[] milliseconds)
    {
        foreach (var duration in milliseconds)
        {
            _times.Take(Step(batch, batch, duration));
        }
    }

    private static TrainingEvent.StepCompleted Step(int batch, int samples, int milliseconds) => new(
        0, 1, 9, 1, new BatchScore(1, 0, samples), TimeSpan.FromMilliseconds(milliseconds),
        [new WorkerStepMetrics("0:a/cpu0", samples, 1, 1e9, TimeSpan.FromMilliseconds(milliseconds / 2.0))])
    {
        BatchSize = batch,
    };
}
