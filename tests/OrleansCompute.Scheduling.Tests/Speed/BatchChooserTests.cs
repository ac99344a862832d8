using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Scheduling.Tests.Speed;

public sealed class BatchChooserTests
{
    private static readonly BatchLimits Limits = new(32, 2048, 1, 2048) { MeasuresFromPasses = false };
    private static readonly BatchWorker[] One = [new("A", 1)];

    // 4 ms a step and 0.05 ms a sample.
    private static LearnedThroughput Learned(string type = "A", int nodes = 1, int accelerators = 1, params int[] local)
    {
        var throughput = new LearnedThroughput(new Dictionary<string, double>());
        Observe(throughput, type, nodes, accelerators, local);
        return throughput;
    }

    private static void Observe(LearnedThroughput throughput, string type, int nodes, int accelerators, int[] local)
    {
        foreach (var samples in local)
        {
            var seconds = 0.004 + (0.00005 * samples * (type == "B" ? 2 : 1));
            throughput.Observe(type, new StepObservation(nodes, accelerators, samples, new StepTime(seconds, 1e-6)));
        }
    }

    private static GradientNoise Noise(double scale) => new(1, scale / 32);

    [Theory]
    [InlineData(100)]
    [InlineData(1_000)]
    [InlineData(20_000)]
    public void Choose_OnWhatWasMeasured_IsAsGoodAsTheBestOfAll(double scale)
    {
        var throughput = Learned(local: [32, 256, 2048]);

        var choice = BatchChooser.Choose(Limits, throughput, Noise(scale), One, 1, 32, 2048);

        var best = Enumerable.Range(32, 2048 - 31).Max(batch => Noise(scale).Gain(batch / 32.0) / (0.004 + (0.00005 * batch)));
        Assert.InRange(choice.Goodput / best, 0.96, 1.02);
        Assert.True(choice.Batch > 32);
    }

    [Fact]
    public void Choose_WhenGradientsAreNoisier_TakesMore()
    {
        var batches = new[] { 10.0, 300, 3_000, 30_000 }
            .Select(scale => BatchChooser.Choose(Limits, Learned(local: [32, 256, 2048]), Noise(scale), One, 1, 32, 2048).Batch).ToArray();

        Assert.Equal(batches.Order(), batches);
        Assert.True(batches[^1] > 3 * batches[1], string.Join(' ', batches));
    }

    [Fact]
    public void Choose_WhereLittleIsGained_Stays()
    {
        // The top is flat: from near it, nothing is 5 % better.
        var throughput = Learned(local: [32, 256, 2048]);
        var top = BatchChooser.Choose(Limits, throughput, Noise(1_000), One, 1, 32, 2048).Batch;

        Assert.Equal(top + 16, BatchChooser.Choose(Limits, throughput, Noise(1_000), One, 1, top + 16, 2048).Batch);
    }

    [Fact]
    public void Choose_WhenOneBatchWasSeen_TriesNoMoreThanFourTimesIt()
    {
        var choice = BatchChooser.Choose(Limits, Learned(local: 32), Noise(1e6), One, 1, 32, 32);

        Assert.Equal(128, choice.Batch);
    }

    [Fact]
    public void Choose_OverTwoTypes_CountsTheSlowest()
    {
        var throughput = Learned("A", 2, 2, 32, 256, 1024);
        Observe(throughput, "B", 2, 2, [32, 256, 1024]);
        BatchWorker[] workers = [new("A", 0.5), new("B", 0.5)];

        var choice = BatchChooser.Choose(Limits, throughput, Noise(20_000), workers, 2, 32, 2048);

        var expected = Noise(20_000).Gain(choice.Batch / 32.0) / (0.004 + (0.0001 * choice.Batch / 2));
        Assert.Equal(1, choice.Goodput / expected, 0.02);
    }

    [Fact]
    public void Choose_WhenTheBatchIsNoLongerAllowed_LeavesIt() =>
        Assert.InRange(BatchChooser.Choose(Limits, Learned(local: [32, 2048]), Noise(1), One, 1, 4096, 4096).Batch, 32, 2048);

    [Fact]
    public void Choose_WhateverIsKnown_KeepsTheLimits()
    {
        var cases = from initial in Gen.Choose(1, 300)
                    from more in Gen.Choose(0, 3_000)
                    from scale in Gen.Choose(0, 1_000_000)
                    from present in Gen.Choose(1, 3_300)
                    from share in Gen.Choose(1, 100)
                    select (initial, max: initial + more, scale, present, share);
        Check.QuickThrowOnFailure(Prop.ForAll(cases.ToArbitrary(), input =>
        {
            var limits = new BatchLimits(input.initial, input.max, 1, input.max);
            var throughput = Learned("A", 1, 2, Math.Max(1, input.initial / 2));
            var choice = BatchChooser.Choose(
                limits, throughput, new GradientNoise(1, (double)input.scale / input.initial), [new("A", input.share / 100.0), new("A", 1 - (input.share / 100.0))], 1, input.present, input.present);
            return choice.Batch >= input.initial && choice.Batch <= input.max && choice.Goodput >= choice.PresentGoodput;
        }));
    }
}
