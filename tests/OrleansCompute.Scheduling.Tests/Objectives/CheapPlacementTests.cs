using FsCheck;
using FsCheck.Fluent;
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

        // To read them again costs less than any hour.
        Assert.Equal(["b"], Start(cluster, Job("one") with { NodesWithData = ["a"] }));
    }

    [Fact]
    public void Decide_WhenTheJobMayMixButTakesOne_ChoosesTheCheapType()
    {
        var cluster = Of(Node("a", 3), Node("b", 1) with { AcceleratorType = "B" });
        Assert.Equal(["b"], Start(cluster, Job("one") with { MayMixTypes = true, MaxAccelerators = 1 }));
    }

    [Fact]
    public void Decide_OfAnyJobs_GivesEachAsMuchOfTheSameForNoMoreMoney() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed =>
        {
            var random = new Random(seed);
            var cluster = Of([.. Enumerable.Range(0, random.Next(2, 9)).Select(i => Node($"n{i}", random.Next(1, 5), random.Next(3) is > 0 and var rack ? $"r{rack}" : "") with
            {
                Accelerators = random.Next(1, 5), CpuCores = random.Next(2) * 4, IsDraining = random.Next(5) == 0,
            })]);
            var jobs = Enumerable.Range(0, random.Next(1, 6)).Select(i => Job($"j{i}", i, random.Next(1, 5)) with
            {
                CpuCoresPerAccelerator = random.Next(3), AffinityGroup = random.Next(4) == 0 ? "g" : "", IsAntiAffine = true,
            }).ToList();
            var (plain, frugal) = (new FifoPolicy().Decide(cluster, jobs, 60), new CostPolicy(new FifoPolicy()).Decide(cluster, jobs, 60));
            Assert.Equal(plain.Select(decision => decision.Allocation.Accelerators), frugal.Select(decision => decision.Allocation.Accelerators));
            Assert.All(plain.Zip(frugal), pair => Assert.True(pair.Second.Allocation.Nodes <= pair.First.Allocation.Nodes));
            Assert.True(frugal.Sum(decision => ClusterCost.PerHour(cluster, decision.Allocation)) <= plain.Sum(decision => ClusterCost.PerHour(cluster, decision.Allocation)) + 1e-9);
            for (var node = 0; node < cluster.Nodes.Length; node++)
            {
                var (about, held) = (cluster.Nodes[node], frugal.Select((decision, job) => (Job: jobs[job], Count: decision.Allocation.Shares.Where(share => share.Node == node).Sum(share => share.Accelerators))).Where(held => held.Count > 0).ToList());
                Assert.True(held.Sum(entry => entry.Count) <= (about.TakesWork ? about.Accelerators : 0));
                Assert.True(about.CpuCores == 0 || held.Sum(entry => entry.Count * entry.Job.CpuCoresPerAccelerator) <= about.CpuCores + 1e-9);
                Assert.True(held.Count(entry => entry.Job.AffinityGroup == "g") <= 1);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static IEnumerable<string> Start(ClusterSnapshot cluster, JobSnapshot job, CostOptions? options = null) =>
        new CostPolicy(new FifoPolicy(), options).Decide(cluster, [job], 60)[0].Allocation.Shares.Select(share => cluster.Nodes[share.Node].Name);

    private static ClusterSnapshot Of(params NodeSnapshot[] nodes) => new([.. nodes]);

    private static NodeSnapshot Node(string name, double price, string rack = "") =>
        new() { Name = name, AcceleratorType = "A", Accelerators = 1, PricePerAcceleratorHour = price, Rack = rack };
}
