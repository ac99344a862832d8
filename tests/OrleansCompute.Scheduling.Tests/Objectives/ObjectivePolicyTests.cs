using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Speed;
using OrleansCompute.Scheduling.Tests.Explanations;
using OrleansCompute.Scheduling.Tests.Reservations;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;

namespace OrleansCompute.Scheduling.Tests.Objectives;

public sealed class ObjectivePolicyTests
{
    public static TheoryData<string> Policies() => [.. SchedulingPolicies.Names];

    [Fact]
    public void Decide_WhenTheMoneyIsUsedUp_StopsTheJobAndSaysSo()
    {
        var running = Job("a", 0, 4) with { Allocation = Allocation.Of([new NodeShare(0, 4)]), RunSeconds = 60, Budget = 0 };
        var decisions = new BudgetPolicy(new FifoPolicy()).Decide(Priced(), [running, Job("b", 1, 4)], 60);
        Assert.Equal([0, 4], decisions.Select(decision => decision.Allocation.Accelerators));
        Assert.Contains("stopped: its money is used up (0.00 left); raise its budget", decisions[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_WhenTheMoneyWouldNotLast_DoesNotStartTheJob()
    {
        // 4 accelerators at 1 an hour at least, for 30 + 120 s: 0.17.
        var decisions = new BudgetPolicy(new FifoPolicy()).Decide(Priced(), [Job("a", 0, 4) with { Budget = 0.1 }, Job("b", 1, 4) with { Budget = 0.2 }], 60);
        Assert.Equal([0, 4], decisions.Select(decision => decision.Allocation.Accelerators));
        Assert.Contains("0.17 at least", decisions[0].Reason, StringComparison.Ordinal);

        // What nodes cost the operator is not what the tenant pays: at a tenth of it, its money lasts.
        var billed = new BudgetPolicy(new FifoPolicy()).Decide(Priced(), [Job("a", 0, 4) with { Budget = 0.1, PricePerAcceleratorHour = 0.1 }], 60);
        Assert.Equal(4, billed[0].Allocation.Accelerators);
    }

    [Fact]
    public void Decide_OfAJobWithABudget_SpendsNoMoreThanThatAndARound()
    {
        var world = new RoundWorld(new BudgetPolicy(new GoodputPolicy()), Priced());
        var budget = 2.0;
        world.Submit(Elastic("a") with { MaxAccelerators = 8, Budget = budget }, 1e6);
        for (var round = 0; round < 100; round++)
        {
            world.Step();
            world.Jobs[0] = world.Jobs[0] with { Budget = budget - world.Meter.Of("a").Cost };
        }

        Assert.InRange(world.Meter.Of("a").Cost, budget, budget + (8 * 4.0 * 60 / 3600));
        Assert.True(world.Jobs[0].Allocation.IsEmpty);
    }

    [Fact]
    public void Decide_WhenASlowerTypeIsCheaper_UsesItWithinTheTolerance()
    {
        var job = Job("a", 0, 2) with { MinAccelerators = 2, Goodput = new Typed(1.2) };
        Assert.Equal("dear", TypeOf(new FifoPolicy().Decide(Priced(), [job], 0)[0]));
        Assert.Equal("cheap", TypeOf(new CostPolicy(new FifoPolicy()).Decide(Priced(), [job], 0)[0]));
        Assert.Equal("dear", TypeOf(new CostPolicy(new FifoPolicy(), new CostOptions { SpeedTolerance = 0.1 }).Decide(Priced(), [job], 0)[0]));

        // Ten times as fast at four times the price is cheaper.
        Assert.Equal("dear", TypeOf(new CostPolicy(new FifoPolicy(), new CostOptions { SpeedTolerance = 0.95 }).Decide(Priced(), [job with { Goodput = new Typed(10) }], 0)[0]));
    }

    [Fact]
    public void Decide_WhenTheCheapTypeIsFull_TakesTheDearOne()
    {
        var jobs = new[] { Job("a", 0, 4), Job("b", 1, 4) }.Select(job => job with { MinAccelerators = 4, Goodput = new Typed(1.2) }).ToArray();
        var decisions = new CostPolicy(new FifoPolicy()).Decide(Priced(), jobs, 0);
        Assert.Equal(["cheap", "dear"], decisions.Select(TypeOf));
    }

    [Fact]
    public void Decide_WhenEnergyIsPriced_PrefersWhatDrawsLess()
    {
        var cluster = new ClusterSnapshot([.. Priced().Nodes.Select(node => node with { PricePerAcceleratorHour = 0, WattsPerAccelerator = node.AcceleratorType == "dear" ? 700 : 70 })]);
        var job = Job("a", 0, 2) with { MinAccelerators = 2, Goodput = new Typed(1.2) };
        Assert.Equal("dear", TypeOf(new CostPolicy(new FifoPolicy()).Decide(cluster, [job], 0)[0]));
        Assert.Equal("cheap", TypeOf(new CostPolicy(new FifoPolicy(), new CostOptions { PricePerKilowattHour = 0.3 }).Decide(cluster, [job], 0)[0]));
    }

    [Theory, MemberData(nameof(Policies))]
    public void Decide_OverAWorkload_CostsLessByTheObjective(string name)
    {
        var (plain, frugal) = (Spend(SchedulingPolicies.Create(name)), Spend(new CostPolicy(SchedulingPolicies.Create(name))));
        Assert.True(frugal.Cost < plain.Cost, $"{name}: {frugal.Cost:0.00} instead of {plain.Cost:0.00}");
        Assert.True(frugal.KilowattHours > 0);

        static UsageMeter Spend(ISchedulingPolicy policy)
        {
            var world = new RoundWorld(policy, Priced());
            for (var i = 0; i < 12; i++)
            {
                world.Submit(Job($"j{i}", world.Now, 2) with { MinAccelerators = 2, MaxAccelerators = 2, Goodput = new Typed(1.2) }, 900);
                for (var round = 0; round < 10; round++)
                {
                    world.Step();
                }
            }

            while (world.Jobs.Count > 0 && world.Now < 1e5)
            {
                world.Step();
            }

            Assert.Empty(world.Jobs);
            return world.Meter;
        }
    }

    [Fact]
    public void Decide_WhenAJobMayNotBePreempted_PutsItOnANodeThatStays()
    {
        var nodes = Cluster(2, 4).Nodes.Select((node, i) => node with { IsReclaimable = i == 0 });
        var jobs = new[] { Job("easy", 0, 4), Job("fixed", 1, 4) with { IsPreemptible = false } };
        var decisions = new SpotPolicy(new FifoPolicy()).Decide(new ClusterSnapshot([.. nodes]), jobs, 0);
        Assert.Equal([0, 1], decisions.Select(decision => decision.Allocation.Shares[0].Node));
        Assert.Equal([0, 1], new SpotPolicy(new FifoPolicy()).Decide(new ClusterSnapshot([.. nodes]), [jobs[0], jobs[1] with { IsPreemptible = true, ExpectedRemainingSeconds = 1e5 }], 0)
            .Select(decision => decision.Allocation.Shares[0].Node));
    }

    [Fact]
    public void Decide_WhenAReclaimWasAnnounced_LeavesInTime()
    {
        var nodes = Cluster(2, 4).Nodes.Select((node, i) => node with { ReclaimSeconds = i == 0 ? 10_000 : null });
        var cluster = new ClusterSnapshot([.. nodes]);
        var policy = new SpotPolicy(new GoodputPolicy());
        var job = Elastic("a") with { MaxAccelerators = 4, RestartSeconds = 300, RunSeconds = 5000, Allocation = Allocation.Of([new NodeShare(0, 4)]) };
        Assert.Equal(0, policy.Decide(cluster, [job], 9000)[0].Allocation.Shares[0].Node);
        Assert.Equal(1, policy.Decide(cluster, [job], 10_000 - 720)[0].Allocation.Shares[0].Node);
    }

    [Fact]
    public void Decide_WhenMovingASmallJobLetsAGangStart_MovesIt()
    {
        var jobs = new[] { OneNode("a", 0, 1, 0), OneNode("b", 1, 1, 1), OneNode("gang", 5, 4) };
        Assert.True(new FifoPolicy().Decide(Cluster(2, 4), jobs, 600)[2].Allocation.Nodes != 1);
        var decisions = new DefragmentationPolicy(new GoodputPolicy()).Decide(Cluster(2, 4), jobs, 600);
        Assert.Equal(1, decisions[2].Allocation.Nodes);
        Assert.Equal(4, decisions[2].Allocation.Accelerators);
        Assert.Equal(decisions[0].Allocation.Shares[0].Node, decisions[1].Allocation.Shares[0].Node);

        // Not for a gang that is nearly done, nor from a job that may not be moved.
        var brief = new DefragmentationPolicy(new GoodputPolicy()).Decide(Cluster(2, 4), [jobs[0], jobs[1], jobs[2] with { ExpectedRemainingSeconds = 10 }], 600);
        Assert.NotEqual(1, brief[2].Allocation.Nodes);
        var pinned = new DefragmentationPolicy(new GoodputPolicy()).Decide(Cluster(2, 4), [.. jobs.Select(job => job with { IsPreemptible = false })], 600);
        Assert.Equal([0, 1], pinned.Take(2).Select(decision => decision.Allocation.Shares[0].Node));
    }

    [Theory, MemberData(nameof(Policies))]
    public void Decide_OfAnyPool_FitsUnderAllObjectivesTogether(string name) => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed =>
        {
            var random = new Random(seed);
            var policy = new BudgetPolicy(new SpotPolicy(new CostPolicy(new DefragmentationPolicy(SchedulingPolicies.Create(name)))));
            var cluster = RandomPool.Cluster(random);
            var world = new RoundWorld(policy, new ClusterSnapshot([.. cluster.Nodes.Select(node => node with
            {
                IsDraining = false, IsReclaimable = random.Next(2) == 0, PricePerAcceleratorHour = random.Next(3), Rack = random.Next(3) is > 0 and var rack ? $"r{rack}" : "",
            })]));
            for (var i = 0; i < 10; i++)
            {
                var size = random.Next(1, 5);
                world.Submit(Job($"j{i}", world.Now, size) with
                {
                    MinAccelerators = size, MaxAccelerators = size, IsPreemptible = random.Next(2) == 0, Budget = random.Next(3) == 0 ? random.NextDouble() : null,
                    Goodput = random.Next(2) == 0 ? new Together() : null,
                }, random.Next(60, 3000));
                world.Step();
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

    [Fact]
    public void Create_WhenOptionsAreWrong_NamesThem()
    {
        Assert.Contains("SpeedTolerance is 2; allowed 0 to 0.99", Assert.Throws<ArgumentException>(() => new CostPolicy(new FifoPolicy(), new CostOptions { SpeedTolerance = 2 })).Message, StringComparison.Ordinal);
        Assert.Contains("LongSeconds is 0; allowed above 0", Assert.Throws<ArgumentException>(() => new SpotPolicy(new FifoPolicy(), new SpotOptions { LongSeconds = 0 })).Message, StringComparison.Ordinal);
        Assert.Contains("GainFactor is 0; allowed 1 to 1000", Assert.Throws<ArgumentException>(() => new DefragmentationPolicy(new FifoPolicy(), new DefragmentationOptions { GainFactor = 0 })).Message, StringComparison.Ordinal);
        Assert.Contains("-1", Assert.Throws<ArgumentOutOfRangeException>(() => new BudgetPolicy(new FifoPolicy(), -1)).Message, StringComparison.Ordinal);
        Assert.Contains("-1", Assert.Throws<ArgumentOutOfRangeException>(() => new UsageMeter().Add(Priced(), "a", Allocation.None, -1)).Message, StringComparison.Ordinal);
    }

    private static JobSnapshot OneNode(string id, double submit, int size, int node = -1) => Job(id, submit, size) with
    {
        MinAccelerators = size, MaxAccelerators = size, Goodput = new Together(), RunSeconds = node < 0 ? 0 : 500,
        Allocation = node < 0 ? Allocation.None : Allocation.Of([new NodeShare(node, size)]),
    };

    private static string TypeOf(JobDecision decision) => Priced().Types[Priced().TypeOf(decision.Allocation)];

    private static ClusterSnapshot Priced() => new(
        ImmutableArray.Create(
            new NodeSnapshot { Name = "d", AcceleratorType = "dear", Accelerators = 4, PricePerAcceleratorHour = 4, WattsPerAccelerator = 400 },
            new NodeSnapshot { Name = "c", AcceleratorType = "cheap", Accelerators = 4, PricePerAcceleratorHour = 1, WattsPerAccelerator = 100 }));

    private sealed class Typed(double dear) : IGoodputModel
    {
        public double Goodput(string acceleratorType, int nodes, int accelerators) => accelerators * (acceleratorType == "dear" ? dear : 1);

        public int MaxTrustedAccelerators(string acceleratorType) => 64;
    }

    // Runs on one node only.
    private sealed class Together : IGoodputModel
    {
        public double Goodput(string acceleratorType, int nodes, int accelerators) => nodes == 1 ? accelerators : 0;

        public int MaxTrustedAccelerators(string acceleratorType) => 64;
    }
}
