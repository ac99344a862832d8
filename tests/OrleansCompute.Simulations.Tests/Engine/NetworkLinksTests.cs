using OrleansCompute.Scheduling.Model;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Philly;

namespace OrleansCompute.Simulations.Tests.Engine;

public sealed class NetworkLinksTests
{
    private static readonly ClusterSnapshot Cluster = ClusterSpec.Parse("A:4x2").ToSnapshot(nodesPerRack: 2);

    [Fact]
    public void SpeedOf_AloneAsMeasured_IsOne() => Assert.Equal([1.0], Speeds(1, 1, (0, 1)));

    [Fact]
    public void SpeedOf_OnANetworkOfHalfTheWidth_LosesAQuarterOfAStepAgain() => Assert.Equal([1 / 1.25], Speeds(0.5, 1, (0, 1)));

    [Fact]
    public void SpeedOf_OnAFasterNetwork_IsMoreThanOne() => Assert.Equal([1 / (0.75 + 0.125)], Speeds(2, 1, (0, 1)));

    [Fact]
    public void SpeedOf_WhenTwoShareALinkWithRoom_IsOne() => Assert.Equal([1.0, 1.0], Speeds(1, 1, (0, 1), (1, 2)));

    [Fact]
    public void SpeedOf_WhenALinkIsFull_FallsForAllOnIt()
    {
        // Five jobs on node 0, each communicating a quarter of the time, want 1.25 times the link.
        var speeds = Speeds(1, 1, (0, 1), (0, 2), (0, 3), (0, 1), (0, 2));
        Assert.All(speeds, speed => Assert.Equal(1 / (0.75 + (0.25 * 1.25)), speed, 1e-12));
    }

    [Fact]
    public void SpeedOf_AcrossRacksThatAreOversubscribed_IsSlowerThanWithin()
    {
        var speeds = Speeds(1, 8, (0, 1), (1, 2));
        Assert.Equal(1.0, speeds[0]);
        Assert.Equal(1 / (0.75 + (0.25 * 4)), speeds[1], 1e-12);
    }

    [Fact]
    public void SpeedOf_WithoutLimit_IsOneForAll() => Assert.Equal([1.0, 1.0], Speeds(double.PositiveInfinity, 8, (0, 3), (1, 2)));

    private static double[] Speeds(double ratio, double oversubscription, params (int First, int Second)[] placements)
    {
        var links = new NetworkLinks(Cluster, new SimulationOptions { LinkBandwidthRatio = ratio, RackOversubscription = oversubscription });
        var jobs = placements.Select((place, i) => new PhillyJob(new PhillyRow($"j{i}", 0, 100, 2, ""))
        {
            Allocation = Allocation.Of([new NodeShare(place.First, 1), new NodeShare(place.Second, 1)]),
        }).ToArray();
        links.Update(jobs);
        return [.. jobs.Select(links.SpeedOf)];
    }
}
