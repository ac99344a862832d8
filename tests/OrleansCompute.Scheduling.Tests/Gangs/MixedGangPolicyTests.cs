using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Scheduling.Gangs;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Speed;
using OrleansCompute.Scheduling.Tenancy;
using OrleansCompute.Scheduling.Tests.Reservations;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;

namespace OrleansCompute.Scheduling.Tests.Gangs;

public sealed class MixedGangPolicyTests
{
    public static TheoryData<string> Policies() => [.. SchedulingPolicies.Names];

    [Fact]
    public void Decide_WhenNoTypeAloneIsEnough_StartsMixed()
    {
        var job = Job("a", 0, 6) with { MinAccelerators = 6, MaxAccelerators = 6, MayMixTypes = true, Goodput = new Typed() };
        Assert.True(new FifoPolicy().Decide(TwoTypes(), [job], 0)[0].Allocation.IsEmpty);
        var decision = new MixedGangPolicy(new FifoPolicy()).Decide(TwoTypes(), [job], 0)[0];
        Assert.Equal(6, decision.Allocation.Accelerators);
        Assert.Contains("starts mixed on 4 × fast and 2 × slow", decision.Reason, StringComparison.Ordinal);
        Assert.True(new MixedGangPolicy(new FifoPolicy()).Decide(TwoTypes(), [job with { MayMixTypes = false }], 0)[0].Allocation.IsEmpty);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 6)]
    [InlineData(9, 6)]
    public void Decide_WhenTheTenantMayBorrowLittle_TheGangIsCutToThat(int limit, int expected)
    {
        // Guaranteed 3 fast and 1 slow: of a gang of 4 fast and 2 slow it borrows one of each.
        var cluster = new ClusterSnapshot(TwoTypes().Nodes, TenantTree.Create(
            [new TenantQuota { Name = "a", BorrowingLimit = limit, Guaranteed = ImmutableSortedDictionary<string, int>.Empty.Add("fast", 3).Add("slow", 1) }]));
        var job = Job("a", 0, 6) with { Tenant = "a", MinAccelerators = 5, MaxAccelerators = 6, MayMixTypes = true, Goodput = new Typed() };
        var decision = new MixedGangLimits(new Fixed([new NodeShare(0, 4), new NodeShare(1, 2)])).Decide(cluster, [job], 0)[0];
        Assert.Equal(expected, decision.Allocation.Accelerators);
        Assert.Equal(expected < 6, decision.Reason.Contains($"it may borrow {limit}", StringComparison.Ordinal));
        Assert.True(new MixedGangLimits(new Fixed([new NodeShare(0, 4), new NodeShare(1, 2)])).Decide(cluster, [job with { MinAccelerators = 6 }], 0)[0].Allocation.IsEmpty == expected < 6);
    }

    [Theory]
    [InlineData(3, 7, 7)]
    [InlineData(1, 5, 5)]
    [InlineData(1, 6, 0)]
    [InlineData(0, 5, 0)]
    public void Decide_WhenAQuotaOfTheFastTypeIsSmall_StartsWithMoreOfTheOthers(int quota, int min, int expected)
    {
        // 4 of each are free: taken without a look at the quota it would be 4 fast ones, of which all but the quota's are cut away again.
        var cluster = new ClusterSnapshot(TwoTypes().Nodes, TenantTree.Create(
            [new TenantQuota { Name = "a", Quota = ImmutableSortedDictionary<string, int>.Empty.Add("fast", quota) }]));
        var job = Job("a", 0, min) with { Tenant = "a", MinAccelerators = min, MaxAccelerators = min, MayMixTypes = true, Goodput = new Typed() };
        var decision = PolicyPipeline.Create("default").Decide(cluster, [job], 0)[0];
        Assert.Equal(expected, decision.Allocation.Accelerators);
        Assert.Equal(expected == 0 ? 0 : quota, cluster.CountOf(decision.Allocation, cluster.Types.IndexOf("fast")));
    }

    [Fact]
    public void Decide_WhenGangsOfATenantStartTogether_CountsThemTogether()
    {
        var cluster = new ClusterSnapshot(TwoTypes().Nodes, TenantTree.Create(
            [new TenantQuota { Name = "a", MaxAccelerators = 7, Quota = ImmutableSortedDictionary<string, int>.Empty.Add("fast", 2) }]));
        var jobs = Enumerable.Range(0, 2).Select(i => Job($"j{i}", i, 3) with
        {
            Tenant = "a", MinAccelerators = 3, MaxAccelerators = 3, MayMixTypes = true, Goodput = new Typed(),
        }).ToList();
        var decisions = new MixedGangLimits(new MixedGangPolicy(new Fixed([]))).Decide(cluster, jobs, 0);

        // 2 fast and 1 slow, and 3 slow ones are no mixed gang: that is for the policy within.
        Assert.Equal([3, 0], decisions.Select(decision => decision.Allocation.Accelerators));
        Assert.Equal(2, cluster.CountOf(decisions[0].Allocation, cluster.Types.IndexOf("fast")));
    }

    [Fact]
    public void Decide_WhenOneTypeAloneWouldDo_LeavesItToThePolicyWithin()
    {
        // It gives nothing, as it does where a tenant has its share: that is no reason to start beside it, on what only looks mixed.
        var policy = new MixedGangPolicy(new Fixed([]));
        var job = Job("a", 0, 2) with { MinAccelerators = 2, MaxAccelerators = 2, MayMixTypes = true, Goodput = new Typed() };
        Assert.True(policy.Decide(TwoTypes(), [job], 0)[0].Allocation.IsEmpty);
        Assert.Equal(5, policy.Decide(TwoTypes(), [job with { RequestedAccelerators = 5, MaxAccelerators = 5 }], 0)[0].Allocation.Accelerators);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 5)]
    [InlineData(2, 6)]
    public void Decide_WhenAnotherTenantLendsLittle_TheGangLeavesItTheRest(int lends, int expected)
    {
        // Of the guarantee of 4 slow ones nothing is in use: as many as it lends are there for a gang of 4 fast and 2 slow.
        var cluster = new ClusterSnapshot(TwoTypes().Nodes, TenantTree.Create(
            [new TenantQuota { Name = "a" }, new TenantQuota { Name = "b", LendingLimit = lends, Guaranteed = ImmutableSortedDictionary<string, int>.Empty.Add("slow", 4) }]));
        var job = Job("a", 0, 6) with { Tenant = "a", MinAccelerators = 4, MaxAccelerators = 6, MayMixTypes = true, Goodput = new Typed() };
        var limits = new MixedGangLimits(new Fixed([new NodeShare(0, 4), new NodeShare(1, 2)]));
        var decision = limits.Decide(cluster, [job], 0)[0];
        Assert.Equal(expected, decision.Allocation.Accelerators);
        Assert.Equal(expected < 6, decision.Reason.Contains($"of 4 × slow that nobody holds {4 - lends} stay ready", StringComparison.Ordinal));
        Assert.Equal(expected < 6, limits.Decide(cluster, [job with { MinAccelerators = 6 }], 0)[0].Allocation.IsEmpty);

        // The lender itself takes what is its own, and what may not be preempted stays where it is.
        Assert.Equal(6, limits.Decide(cluster, [job with { Tenant = "b" }], 0)[0].Allocation.Accelerators);
        var held = job with { Allocation = Allocation.Of([new NodeShare(0, 4), new NodeShare(1, 2)]), IsPreemptible = false };
        Assert.Equal(6, limits.Decide(cluster, [held], 0)[0].Allocation.Accelerators);
        Assert.Equal(6, limits.Decide(cluster, [held with { IsPreemptible = true, MinRunSeconds = 60 }], 59)[0].Allocation.Accelerators);
        Assert.Equal(expected, limits.Decide(cluster, [held with { IsPreemptible = true, MinRunSeconds = 60 }], 60)[0].Allocation.Accelerators);
    }

    [Fact]
    public void Decide_OfAnyGangs_NeverTakesWhatAnotherTenantKeeps() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed =>
        {
            // The whole pipeline, as pools run it: what a tenant is guaranteed and leaves idle is free but for what it lends.
            var random = new Random(seed);
            var (lends, slow) = (random.Next(4), random.Next(1, 5));
            var cluster = new ClusterSnapshot(TwoTypes().Nodes, TenantTree.Create(
                [new TenantQuota { Name = "a" }, new TenantQuota { Name = "b", LendingLimit = lends, Guaranteed = ImmutableSortedDictionary<string, int>.Empty.Add("slow", slow) }]));
            var world = new RoundWorld(PolicyPipeline.Create(SchedulingPolicies.Names[random.Next(SchedulingPolicies.Names.Count)]), cluster);
            for (var i = 0; i < 6; i++)
            {
                var job = RandomJob(random, i, world.Now);
                world.Submit(job with { Tenant = "a", MayMixTypes = true, IsPreemptible = true, Types = [] }, random.Next(60, 2000));
                world.Step();
                var held = world.Last.Sum(decision => cluster.CountOf(decision.Allocation, 1));
                Assert.True(4 - held >= slow - lends, $"{held} of 4 held, {slow} guaranteed to another, who lends {lends}");
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public void Decide_WhenAddingSlowOnesHelps_Grows()
    {
        var job = Elastic("a") with { MaxAccelerators = 16, MayMixTypes = true, Goodput = new Typed() };
        var decision = new MixedGangPolicy(new GoodputPolicy()).Decide(TwoTypes(), [job], 0)[0];
        Assert.Equal(8, decision.Allocation.Accelerators);
        Assert.Contains("1.4 times as fast as with 4", decision.Reason, StringComparison.Ordinal);

        // Where a mix loses more than the slow ones add, it stays of one type.
        var poor = new MixedGangPolicy(new GoodputPolicy(), new MixedGangOptions { Efficiency = 0.6 });
        Assert.Equal(4, poor.Decide(TwoTypes(), [job], 0)[0].Allocation.Accelerators);
    }

    [Fact]
    public void Decide_WhenRacksAreKnown_StartsInOneThatHasRoomForAll()
    {
        var cluster = new ClusterSnapshot(
        [
            Racked("a", "fast", "r1") with { Accelerators = 3 }, Racked("b", "slow", "r2"), Racked("c", "slow", "r1"),
        ]);
        var job = Job("a", 0, 5) with { MinAccelerators = 5, MaxAccelerators = 5, MayMixTypes = true, Goodput = new Typed() };
        Assert.Equal([0, 2], new MixedGangPolicy(new FifoPolicy()).Decide(cluster, [job], 0)[0].Allocation.Shares.Select(share => share.Node));

        static NodeSnapshot Racked(string name, string type, string rack) => new() { Name = name, AcceleratorType = type, Accelerators = 2, Rack = rack };
    }

    [Fact]
    public void Decide_WhenCostCounts_GrowsOntoNoTypeThatIsNotWorthIt()
    {
        var priced = new ClusterSnapshot([.. TwoTypes().Nodes.Select(node => node with { PricePerAcceleratorHour = node.AcceleratorType == "fast" ? 1 : 5 })]);
        var job = Job("a", 0, 8) with { MinAccelerators = 1, MaxAccelerators = 8, MayMixTypes = true, Goodput = new Typed() };
        Assert.True(priced.IsMixed(Decide(null)));
        Assert.Equal("4 × fast on 1 node", priced.Describe(Decide(new CostOptions())));

        // It starts all the same where the cheap type is not enough.
        job = job with { MinAccelerators = 6 };
        Assert.True(priced.IsMixed(Decide(new CostOptions())));

        Allocation Decide(CostOptions? cost) => PolicyPipeline.Create("default", new PipelineOptions { Cost = cost }).Decide(priced, [job], 0)[0].Allocation;
    }

    [Fact]
    public void Decide_WhenAnotherNeedsTheLentOnes_GivesThemBackAfterTheHorizon()
    {
        var policy = new MixedGangPolicy(new GoodputPolicy());
        var cluster = TwoTypes();
        var jobs = new[] { Elastic("a") with { MaxAccelerators = 16, MayMixTypes = true, Goodput = new Typed() } };
        var after = Next(jobs, policy.Decide(cluster, jobs, 0), 0, 60);
        var other = Job("b", 60, 4) with { MinAccelerators = 4, MaxAccelerators = 4, Types = ["slow"], Priority = 1 };
        Assert.True(policy.Decide(cluster, [.. after, other], 60)[1].Allocation.IsEmpty);
        var late = policy.Decide(cluster, [after[0] with { RunSeconds = 600 }, other], 600);
        Assert.Equal((4, 4), (late[0].Allocation.Accelerators, late[1].Allocation.Accelerators));
    }

    [Fact]
    public void Decide_WhenNothingChanges_KeepsTheGang()
    {
        var policy = new MixedGangPolicy(new GoodputPolicy());
        var jobs = new[] { Elastic("a") with { MaxAccelerators = 16, MayMixTypes = true, Goodput = new Typed() } };
        var first = policy.Decide(TwoTypes(), jobs, 0);
        foreach (var now in (double[])[60, 600, 6000])
        {
            Assert.Equal(first[0].Allocation, policy.Decide(TwoTypes(), [.. Next(jobs, first, 0, now)], now)[0].Allocation);
        }
    }

    [Theory]
    [InlineData(0.3, 8)]
    [InlineData(0.2, 2)]
    public void Decide_WhenFewerSeemFasterAndNobodyWaits_ShrinksOnlyWhereThatIsClear(double together, int expected)
    {
        // Two fast ones do 3.6; all eight 0.9 x 11.2 x together: 3.02 and 2.02.
        var policy = new MixedGangPolicy(new GoodputPolicy());
        var job = Elastic("a") with { MaxAccelerators = 16, MayMixTypes = true, Goodput = new Typed() };
        var running = Next([job], policy.Decide(TwoTypes(), [job], 0), 0, 6000);
        Assert.Equal(8, running[0].Allocation.Accelerators);
        var learned = running[0] with { Goodput = new Crowded(together) };
        Assert.Equal(expected, policy.Decide(TwoTypes(), [learned], 6000)[0].Allocation.Accelerators);
    }

    [Fact]
    public void BatchParts_OfAMixedGang_AreInProportionToSpeed()
    {
        var gang = Allocation.Of([new NodeShare(0, 4), new NodeShare(1, 2)]);
        var parts = MixedGang.BatchParts(TwoTypes(), Job("a") with { Goodput = new Typed() }, gang);
        Assert.Equal(1, (4 * parts[0]) + (2 * parts[1]), 1e-12);
        Assert.Equal(1.8, parts[0] / parts[1], 1e-9);
        Assert.Equal(0.9 * ((4 * 1.8) + 2), MixedGang.Speed(TwoTypes(), Job("a") with { Goodput = new Typed() }, gang, 0.9), 1e-9);
    }

    [Theory, MemberData(nameof(Policies))]
    public void Decide_OverRandomWorkloads_FinishesEarlierThanWithoutMixing(string name)
    {
        var (plain, mixed) = (0.0, 0.0);
        for (var seed = 0; seed < 2; seed++)
        {
            plain += Makespan(SchedulingPolicies.Create(name), seed);
            mixed += Makespan(new MixedGangPolicy(SchedulingPolicies.Create(name)), seed);
        }

        Assert.True(mixed < plain, $"{name}: {mixed:0} s with mixed gangs, {plain:0} s without");
    }

    [Theory, MemberData(nameof(Policies))]
    public void Decide_OfAnyJobs_FitsAndIsRepeatable(string name) => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed =>
        {
            var random = new Random(seed);
            var policy = new MixedGangPolicy(SchedulingPolicies.Create(name));
            var world = new RoundWorld(policy, TwoTypes());
            for (var i = 0; i < 8; i++)
            {
                world.Submit(RandomJob(random, i, world.Now), random.Next(60, 2000));
                var again = policy.Decide(world.Cluster, world.Jobs, world.Now);
                world.Step();
                Assert.Equal(again.Select(decision => decision.Allocation), world.Last.Select(decision => decision.Allocation));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    private static double Makespan(ISchedulingPolicy policy, int seed)
    {
        var random = new Random(seed);
        var world = new RoundWorld(policy, TwoTypes());
        for (var i = 0; i < 10; i++)
        {
            world.Submit(RandomJob(random, i, 0) with { MayMixTypes = true, RequestedAccelerators = 5, MinAccelerators = 5, MaxAccelerators = 5 }, random.Next(600, 3000));
        }

        while (world.Jobs.Count > 0 && world.Now < 100_000)
        {
            world.Step();
        }

        return world.Now;
    }

    private static JobSnapshot RandomJob(Random random, int i, double now)
    {
        var requested = random.Next(1, 8);
        return Job($"j{i}", now, requested) with
        {
            MinAccelerators = random.Next(1, requested + 1), MaxAccelerators = requested + random.Next(4), MayMixTypes = random.Next(2) == 0,
            Goodput = new Typed(), IsPreemptible = random.Next(4) > 0,
        };
    }

    private sealed class Fixed(NodeShare[] shares) : ISchedulingPolicy
    {
        public string Name => "fixed";

        public bool IsElastic => false;

        public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds) =>
            [.. jobs.Select(job => new JobDecision(Allocation.Of([.. shares]), "fixed"))];
    }

    private static ClusterSnapshot TwoTypes() => new(
        ImmutableArray.Create(
            new NodeSnapshot { Name = "f", AcceleratorType = "fast", Accelerators = 4 }, new NodeSnapshot { Name = "s", AcceleratorType = "slow", Accelerators = 4 }));

    // As fast as its accelerators together, fast ones 1.8 times as fast as slow ones.
    private sealed class Typed : IGoodputModel
    {
        public double Goodput(string acceleratorType, int nodes, int accelerators) => accelerators * (acceleratorType == "fast" ? 1.8 : 1);

        public int MaxTrustedAccelerators(string acceleratorType) => 64;
    }

    // More than two do only a part of what they would do each on its own.
    private sealed class Crowded(double together) : IGoodputModel
    {
        public double Goodput(string acceleratorType, int nodes, int accelerators) =>
            accelerators * (acceleratorType == "fast" ? 1.8 : 1) * (accelerators > 2 ? together : 1);

        public int MaxTrustedAccelerators(string acceleratorType) => 64;
    }
}
