using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Scheduling.Tests.Speed;

public sealed class AdaptiveGoodputTests
{
    private static readonly BatchLimits Limits = new(32, 4096, 8, 128);

    [Theory]
    [InlineData(256, 4, 64, 0)]
    [InlineData(4096, 4, 128, 7)]
    [InlineData(64, 1, 32, 1)]
    [InlineData(32, 1, 32, 0)]
    public void Split_OfABatch_KeepsToTheMemoryOfAnAccelerator(int batch, int accelerators, int local, int accumulation) =>
        Assert.Equal(new BatchPlan(local, accumulation), Limits.Split(batch, accelerators));

    [Fact]
    public void Gain_OfALargerBatch_IsBetweenOneAndItsScale()
    {
        Assert.Equal(1, new GradientNoise(1, 0).Gain(8), 1e-12);
        Assert.Equal(8, new GradientNoise(0, 1).Gain(8), 1e-12);
        Assert.InRange(new GradientNoise(1, 4).Gain(8), 3, 4);
    }

    [Fact]
    public void Plan_WhenGradientsAreNoisy_TakesLargerBatches()
    {
        var throughput = new LearnedThroughput(new Dictionary<string, double>());
        foreach (var batch in (int[])[8, 32, 128])
        {
            throughput.Observe("A", new StepObservation(1, 4, batch, new StepTime(0.05 + (0.001 * batch), 0.04)));
        }

        var goodput = new AdaptiveGoodput(Limits, throughput, new GradientNoise(1, 0.01));
        var calm = goodput.Plan("A", 1, 4).Batch(4);
        goodput.Noise = new GradientNoise(1e-3, 100);
        var noisy = goodput.Plan("A", 1, 4).Batch(4);
        Assert.True(noisy > 4 * calm, $"{calm} and {noisy}");

        // As good as the best of all plans, tried one by one.
        var best = Enumerable.Range(8, 121).SelectMany(local => Enumerable.Range(0, 8).Select(more => new BatchPlan(local, more)))
            .Where(plan => plan.Batch(4) <= 4096)
            .Max(plan => goodput.Noise.Gain(plan.Batch(4) / 32.0) / throughput.Predict("A", 1, 4, plan.LocalBatch)!.Value.TotalSeconds(plan.AccumulationSteps));
        Assert.Equal(1, goodput.Goodput("A", 1, 4) / best, 0.01);
    }

    [Fact]
    public void Predict_WhenATypeWasNeverUsed_GoesByTheScores()
    {
        var throughput = new LearnedThroughput(new Dictionary<string, double> { ["A"] = 1, ["B"] = 4 });
        Assert.Null(throughput.Predict("A", 1, 1, 32));
        throughput.Observe("A", new StepObservation(1, 1, 32, new StepTime(1, 1e-9)));
        Assert.Equal(0.25, throughput.Predict("B", 1, 1, 32)!.Value.StepSeconds, 1e-3);
        Assert.Equal((4, 1), (throughput.MaxTrustedAccelerators("A"), throughput.MaxTrustedAccelerators("B")));

        // As many as elsewhere: with one there it would give up what it holds.
        throughput.Observe("A", new StepObservation(1, 3, 32, new StepTime(1, 0.1)));
        Assert.Equal((12, 3), (throughput.MaxTrustedAccelerators("A"), throughput.MaxTrustedAccelerators("B")));
    }
}
