using OrleansCompute.Grains.Pools;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.Grains.Tests.Jobs;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Pools;

public sealed class ReasonBookTests
{
    [Fact]
    public void Find_OfWhatWasSaid_SaysWhen()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2031, 5, 1, 12, 0, 0, TimeSpan.Zero));
        var book = new ReasonBook(clock);
        Assert.Equal(("nothing yet", null), book.Find("a/j", "nothing yet"));
        book["a/j"] = "needs 2";
        clock.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(("needs 2", clock.GetUtcNow().AddSeconds(-7)), book.Find("a/j", ""));
        book["a/j"] = "needs 1";
        Assert.Equal(("needs 1", clock.GetUtcNow()), book.Find("a/j", ""));
        book.Remove("a/j");
        Assert.Equal(("", null), book.Find("a/j", ""));
    }

    [Fact]
    public async Task Explain_WhenTheLastRoundWasEarlier_ThePoolSaysTheSameFromThenOn()
    {
        // No round by the clock: what the pool says stays until something changes, or somebody asks.
        await using var fabric = await FabricCluster.StartAsync([new TestNode("a")], pool: options => options.RoundPeriod = TimeSpan.FromHours(1));
        await fabric.AddDatasetAsync(JobSamples.Data);
        await fabric.Job("holder").Submit(JobSamples.Fixed(JobSamples.Endless("holder")));
        await fabric.TrainingAsync("holder");
        await fabric.Job("waiter").Submit(JobSamples.Spec("waiter"));
        var before = await fabric.PoolAsync(pool => pool is { IsDeciding: false, Queue: [{ ReasonAt: not null }] }, "a round has said why it waits");

        var why = await fabric.Pool.Explain(FabricCluster.TenantName, "waiter", showOthers: false);

        var after = Assert.Single((await fabric.Pool.GetStatus()).Queue);
        Assert.Equal(why.Sentence, $"{FabricCluster.TenantName}/waiter {after.Reason}");
        Assert.Equal(why.ExpectedStart, after.ExpectedStart);
        Assert.True(before.Queue[0].ReasonAt < why.AskedAt && why.AskedAt <= after.ReasonAt, $"{before.Queue[0].ReasonAt:O} < {why.AskedAt:O} <= {after.ReasonAt:O}");
        await fabric.Job("waiter").Cancel("done");
        await fabric.Job("holder").Cancel("done");
    }
}
