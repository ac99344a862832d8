using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Policies;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;

namespace OrleansCompute.Scheduling.Tests.Objectives;

public sealed class CheapPlacementTests
{
    [Fact]
    public void Decide_WhenNodesOfOneTypeDifferInPrice_StartsOnTheCheapest()
    {
        var cluster = Of(Node("a", 3), Node("b", 1), Node("c", 2));
        Assert.Equal(["b"], Start(cluster, Job("one")));

        // Energy counts as money does.
        var hot = Of(Node("a", 1) with { WattsPerAccelerator = 900 }, Node("b", 1.1) with { WattsPerAccelerator = 100 });
        Assert.Equal(["a"], Start(hot, Job("one")));
        Assert.Equal(["b"], Start(hot, Job("one"), new CostOptions { PricePerKilowattHour = 0.5 }));
    }

    [Fact]
    public void Decide_WhenTheCheapOnesAreFurtherApart_KeepsTheGangTogether()
    {
        var cluster = Of(Node("a", 3, rack: "r1"), Node("b", 1, rack: "r2"), Node("c", 3, rack: "r1"), Node("d", 1, rack: "r3"));
        Assert.Equal(["a", "c"], Start(cluster, Job("gang", 0, 2)));
        Assert.Equal(["b", "d"], Start(Of([.. cluster.Nodes.Select(node => node with { Rack = "" })]), Job("gang", 0, 2)));
    }

    [Fact]
    public void Decide_WhenTheCheapOneIsTooSlow_StaysWithinTheTolerance()
    {
        var cluster = Of(Node("a", 3) with { ScoreGflops = 10 }, Node("b", 1) with { ScoreGflops = 5 });
        Assert.Equal(["a"], Start(cluster, Job("one"), new CostOptions { SpeedTolerance = 0.4 }));
        Assert.Equal(["b"], Start(cluster, Job("one"), new CostOptions { SpeedTolerance = 0.6 }));
    }

    [Fact]
    public void Decide_WhenAJobRunsOrIsNearItsData_DoesNotMoveItForMoney()
    {
        var cluster = Of(Node("a", 3), Node("b", 1));
        Assert.Equal(["a"], Start(cluster, Job("one") with { Allocation = Allocation.Of([new NodeShare(0, 1)]), RunSeconds = 60 }));
        Assert.Equal(["a"], Start(cluster, Job("one") with { PreferredNodes = ["a"] }));
    }

    [Fact]
    public void Decide_WhenTheJobMayMixButTakesOne_ChoosesTheCheapType()
    {
        var cluster = Of(Node("a", 3), Node("b", 1) with { AcceleratorType = "B" });
        Assert.Equal(["b"], Start(cluster, Job("one") with { MayMixTypes = true, MaxAccelerators = 1 }));
    }

    private static IEnumerable<string> Start(ClusterSnapshot cluster, JobSnapshot job, CostOptions? options = null) =>
        new CostPolicy(new FifoPolicy(), options).Decide(cluster, [job], 60)[0].Allocation.Shares.Select(share => cluster.Nodes[share.Node].Name);

    private static ClusterSnapshot Of(params NodeSnapshot[] nodes) => new([.. nodes]);

    private static NodeSnapshot Node(string name, double price, string rack = "") =>
        new() { Name = name, AcceleratorType = "A", Accelerators = 1, PricePerAcceleratorHour = price, Rack = rack };
}
