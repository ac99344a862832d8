using OrleansCompute.Scheduling.Explanations;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Speed;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;

namespace OrleansCompute.Scheduling.Tests.Speed;

public sealed class JobBatchTests
{
    private static readonly BatchLimits Limits = new(32, 4096, 1, 4096) { MeasuresFromPasses = false };
    private static readonly GradientNoise Noisy = new(1, 30);

    private static readonly ClusterSnapshot TwoTypes = new(
    [
        new NodeSnapshot { Name = "a", AcceleratorType = "A", Accelerators = 8 },
        new NodeSnapshot { Name = "b", AcceleratorType = "B", Accelerators = 8 },
    ]);

    [Fact]
    public void Of_WhereTheBatchIsFixedOrTheJobWaits_IsNone()
    {
        Assert.Null(JobBatch.Of(TwoTypes, Adaptive("j", Noisy) with { Batches = null }, On(0, 2)));
        Assert.Null(JobBatch.Of(TwoTypes, Adaptive("j", Noisy), Allocation.None));
    }

    [Fact]
    public void Of_UntilAnythingIsKnown_IsTheSmallestThatTheyCanBeFedWith()
    {
        Assert.Equal(32, JobBatch.Of(TwoTypes, Adaptive("j", default), On(0, 4)));
        Assert.Equal(32, JobBatch.Of(TwoTypes, Adaptive("j", Noisy) with { Goodput = null }, On(0, 4)));
        Assert.Equal(80, JobBatch.Of(TwoTypes, Job("j") with { Batches = new BatchLimits(32, 4096, 10, 64) }, On(0, 8)));
    }

    [Theory, InlineData(0, 1), InlineData(0, 4), InlineData(0, 8), InlineData(1, 8)]
    public void Of_OnOneType_IsTheBestOfAllBatches(int node, int count)
    {
        var job = Adaptive("j", Noisy);

        var chosen = JobBatch.Of(TwoTypes, job, On(node, count))!.Value;

        Assert.InRange(Goodput(chosen) / Enumerable.Range(32, 4065).Max(Goodput), 0.99, 1);

        double Goodput(int batch) => Noisy.Gain(batch / 32.0) / Seconds(node, (int)Math.Ceiling((double)batch / count));
    }

    [Fact]
    public void Of_AGangOfTwoTypes_IsTheBestWithTheBatchSharedBySpeed()
    {
        var job = Adaptive("j", Noisy) with { MayMixTypes = true };

        var chosen = JobBatch.Of(TwoTypes, job, Allocation.Of([new NodeShare(0, 2), new NodeShare(1, 2)]))!.Value;

        // B is about twice as fast and gets about twice as much: as good as the best that any split of the work allows, less what sizes in steps of 1.4 and a gain that is not worth a change cost.
        Assert.True(chosen > 32);
        var best = Enumerable.Range(32, 4065).Max(batch => Noisy.Gain(batch / 32.0) / Enumerable.Range(1, 99).Min(
            percent => Math.Max(Seconds(0, (int)Math.Ceiling(batch * percent / 200.0)), Seconds(1, (int)Math.Ceiling(batch * (100 - percent) / 200.0)))));
        var share = 1 / 6.0;
        var got = Noisy.Gain(chosen / 32.0) / Math.Max(Seconds(0, (int)Math.Ceiling(chosen * share)), Seconds(1, (int)Math.Ceiling(chosen * 2 * share)));
        Assert.InRange(got / best, 0.85, 1.01);
    }

    [Fact]
    public void Of_APartOfAnAccelerator_IsThatOfAWholeOne() => Assert.Equal(
        JobBatch.Of(TwoTypes, Adaptive("j", Noisy), On(0, 1)),
        JobBatch.Of(TwoTypes, Adaptive("j", Noisy), Allocation.OfDevice(new DeviceShare(0, 3, 0.25, 0))));

    [Fact]
    public void Settle_WhereEachHasItsBatch_IsTheSameList()
    {
        JobSnapshot[] jobs = [Adaptive("a", Noisy), Job("b"), Adaptive("c", Noisy)];
        JobDecision[] decisions = [new JobDecision(On(0, 2), "a") { Batch = 7 }, new JobDecision(On(1, 1), "b"), new JobDecision(Allocation.None, "c") { Batch = 64 }];

        var settled = JobBatch.Settle(TwoTypes, jobs, decisions);

        Assert.Equal([JobBatch.Of(TwoTypes, jobs[0], On(0, 2)), null, null], settled.Select(decision => decision.Batch));
        Assert.Equal(["a", "b", "c"], settled.Select(decision => decision.Reason));
        Assert.Equal(7, decisions[0].Batch);
        Assert.Same(settled, JobBatch.Settle(TwoTypes, jobs, settled));
    }

    [Fact]
    public void Ask_WhenANodeGoes_SaysWhichBatchGoesWithWhat()
    {
        var cluster = Cluster(2, 4);
        var job = Adaptive("j", Noisy);
        var round = PoolRound.Ask(new GoodputPolicy(), cluster, [job], 0);

        var change = Assert.Single(new WhatIf(JobLengths.None).Ask(round, new PoolChange { Drained = ["n1"] }).Shrinks);

        Assert.Equal((8, 4), (change.Before.Accelerators, change.After.Accelerators));
        Assert.Equal((JobBatch.Of(cluster, job, change.Before), JobBatch.Of(cluster, job, change.After)), (change.BatchBefore, change.BatchAfter));
        Assert.True(change.BatchBefore > change.BatchAfter, $"{change.BatchBefore} and {change.BatchAfter}");
        var explained = new JobExplainer(JobLengths.None).Explain(round, "j");
        Assert.Equal(change.BatchBefore, explained.Batch);
        Assert.StartsWith(
            $"has 8 × A on 2 nodes with batches of {explained.Batch} samples: gets", new ExplanationText(TimeProvider.System, DateTimeOffset.UnixEpoch).Render(explained), StringComparison.Ordinal);
    }

    /// <summary>A job whose batch may be chosen: steps by a law that is known of both types.</summary>
    internal static JobSnapshot Adaptive(string id, GradientNoise noise) => Job(id) with
    {
        MaxAccelerators = 8, Batches = Limits, Goodput = new AdaptiveGoodput(Limits, new Law(), noise),
    };

    private static Allocation On(int node, int count) => Allocation.Of([new NodeShare(node, count)]);

    private static double Seconds(int type, int local) => 0.01 + (0.001 * local / (1 + type));

    private sealed class Law : IThroughputModel
    {
        public int Version => 0;

        public StepTime? Predict(string acceleratorType, int nodes, int accelerators, int localBatch) => new StepTime(Seconds(acceleratorType == "B" ? 1 : 0, localBatch), 0.002);

        public int MaxLocalBatch(string acceleratorType, int nodes, int accelerators) => int.MaxValue;

        public int MaxTrustedAccelerators(string acceleratorType) => 8;
    }
}
