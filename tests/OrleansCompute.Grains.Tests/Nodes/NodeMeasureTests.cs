using OrleansCompute.Grains.Nodes;
using OrleansCompute.Grains.Tests.Fabric;

namespace OrleansCompute.Grains.Tests.Nodes;

public sealed class NodeMeasureTests
{
    [Fact]
    public async Task Measure_WhenItTakesTooLong_LeavesTheLastScore()
    {
        var clock = new HeldTimers(NodeGrain.LeastMeasureTimeout);
        await using var fabric = await FabricCluster.StartAsync([new TestNode("a")], clock);
        var before = Assert.Single((await fabric.Node("a").Measure()).Accelerators).Accelerator;
        Assert.True(before.ScoreGflops > 0);

        // The thread that measures is held by something else.
        using var isFree = new ManualResetEventSlim();
        var holding = fabric.AcceleratorsOf("a").Get("cpu0").Executor.RunAsync(() => isFree.Wait(TimeSpan.FromMinutes(5)), CancellationToken.None);
        try
        {
            var measuring = fabric.Node("a").Measure();
            while (!measuring.IsCompleted)
            {
                await Task.WhenAny(measuring, clock.MadeAsync());
                clock.Fire();
            }

            var after = Assert.Single((await measuring).Accelerators).Accelerator;
            Assert.False(holding.IsCompleted);
            Assert.Equal((before.ScoreGflops, before.ScoreMeasuredAt), (after.ScoreGflops, after.ScoreMeasuredAt));

            // The one that was given up is still in the way: no other is put behind it.
            after = Assert.Single((await fabric.Node("a").Measure()).Accelerators).Accelerator;
            Assert.Equal(before.ScoreMeasuredAt, after.ScoreMeasuredAt);
        }
        finally
        {
            isFree.Set();
        }

        Assert.True(await holding);
    }
}
