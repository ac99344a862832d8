using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Nodes;

public sealed class NodeDeviceTests
{
    [Fact]
    public async Task Measure_WithAScoreCard_GivesItsSpeedAndTheModelOfTheDevice()
    {
        await using var fabric = await FabricCluster.StartAsync(
            [new TestNode("left", ShareFraction: 0.5, Device: "ilgpu", ScoreGflops: 12), new TestNode("right", Device: "cpu-scalar", ScoreGflops: 3)], new ManualTimeProvider());

        var left = Assert.Single((await fabric.Node("left").Measure()).Accelerators).Accelerator;
        var right = Assert.Single((await fabric.Node("right").Measure()).Accelerators).Accelerator;

        Assert.Equal(("ilgpu-cpu-cpuaccelerator", 6.0), (left.Kind, left.ScoreGflops));
        Assert.Equal(("cpu-scalar", 3.0), (right.Kind, right.ScoreGflops));
    }
}
