using OrleansCompute.Grains.Jobs;
using OrleansCompute.Training.Models;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Grains.Tests.Jobs;

public sealed class StepAveragesTests
{
    private readonly StepAverages _averages = new();

    [Fact]
    public void Read_BeforeTheFirstStep_IsNothing() => Assert.Null(_averages.Read());

    [Fact]
    public void Read_AfterSteps_IsTheirMeanWithoutTheFirst()
    {
        // Two of a size are compilation.
        Take(32, 900, 900, 10, 20, 30);

        var (last, seconds, busy) = Assert.NotNull(_averages.Read());
        Assert.Equal((32, 0.020), (last.BatchSize, Math.Round(seconds, 9)));
        Assert.Equal([0.010], busy.Select(value => Math.Round(value, 9)));
    }

    [Fact]
    public void Read_AfterARead_IsOfTheStepsSince()
    {
        Take(32, 1, 1, 10, 20);
        _averages.Read();
        Take(32, 50);

        Assert.Equal(0.050, _averages.Read()!.Value.Seconds, 9);
        Assert.Equal(0.050, _averages.Read()!.Value.Seconds, 9);
    }

    [Fact]
    public void Read_AfterAnotherBatch_IsOfThatOne()
    {
        Take(32, 1, 1, 10, 20);
        Take(64, 9, 9, 70);

        var (last, seconds, _) = Assert.NotNull(_averages.Read());
        Assert.Equal((64, 0.070), (last.BatchSize, Math.Round(seconds, 9)));
    }

    [Fact]
    public void Read_AfterTheRestOfAnEpoch_LeavesItOut()
    {
        Take(32, 1, 1, 10);
        _averages.Take(Step(32, 5, 999));

        Assert.Equal(0.010, _averages.Read()!.Value.Seconds, 9);
    }

    private void Take(int batch, params int[] milliseconds)
    {
        foreach (var duration in milliseconds)
        {
            _averages.Take(Step(batch, batch, duration));
        }
    }

    private static TrainingEvent.StepCompleted Step(int batch, int samples, int milliseconds) => new(
        0, 1, 9, 1, new BatchScore(1, 0, samples), TimeSpan.FromMilliseconds(milliseconds),
        [new WorkerStepMetrics("0:a/cpu0", samples, 1, 1e9, TimeSpan.FromMilliseconds(milliseconds / 2.0))])
    {
        BatchSize = batch,
    };
}
