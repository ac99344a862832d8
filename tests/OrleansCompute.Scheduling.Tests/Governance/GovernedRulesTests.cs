using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Tenancy;
using static OrleansCompute.Scheduling.Tests.Governance.TenantWorld;

namespace OrleansCompute.Scheduling.Tests.Governance;

public sealed class GovernedRulesTests
{
    public static TheoryData<string> Names => PolicyConformanceTests.Names;

    [Theory]
    [InlineData(100, 0, double.PositiveInfinity, "it runs at least 100 s before it may be moved, and has run 60 s")]
    [InlineData(0, 300, double.PositiveInfinity, "it runs at least 300 s")]
    [InlineData(0, 0, 4, "it may be restarted 4 times an hour, the next time in 840 s")]
    public void Decide_WhenAJobMayNotBeMovedYet_LeavesItAndSaysWhy(double rule, double own, double restarts, string expected)
    {
        var policy = SchedulingPolicies.Create("las", new GovernanceOptions { MinRunSeconds = rule, MaxRestartsPerHour = restarts });
        var cluster = Cluster(1, 4);
        JobSnapshot[] jobs = [Running(Jobs("", 1, 4).First(), 0, 4, 940) with { MinRunSeconds = own }, .. Jobs("", 1, 4, 990)];

        var decisions = policy.Decide(cluster, jobs, 1000);
        var later = policy.Decide(cluster, jobs, 940 + 901);

        Assert.Equal([4, 0], decisions.Select(decision => decision.Allocation.Accelerators));
        Assert.Contains(expected, decisions[0].Reason, StringComparison.Ordinal);
        Assert.Equal([0, 4], later.Select(decision => decision.Allocation.Accelerators));
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(0.5, 4)]
    [InlineData(0.25, 2)]
    [InlineData(0.01, 1)]
    public void Decide_WhenDisruptionIsBounded_DisturbsNoMore(double fraction, int expected)
    {
        var policy = SchedulingPolicies.Create("las", new GovernanceOptions { MaxDisruptedFraction = fraction });
        JobSnapshot[] jobs = [.. Jobs("", 8).Select((job, i) => Running(job, 0, 1, i) with { Priority = i % 2 }), .. Jobs("", 8, 1, 99).Select(job => job with { Priority = 2 })];

        var decisions = policy.Decide(Cluster(1, 8), jobs, 1000);

        Assert.Equal(expected, decisions.Take(8).Count(decision => decision.Allocation.IsEmpty));
        Assert.Equal(8, decisions.Sum(decision => decision.Allocation.Accelerators));

        // The lowest priority first, of those the youngest.
        int[] order = [6, 4, 2, 0, 7, 5, 3, 1];
        Assert.All(order[..expected], job => Assert.True(decisions[job].Allocation.IsEmpty));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_WhenANodeDrains_MovesWhatMayBeMoved(string name)
    {
        var cluster = Cluster(3, 4);
        var drained = new ClusterSnapshot(cluster.Nodes.SetItem(0, cluster.Nodes[0] with { IsDraining = true }));
        JobSnapshot[] jobs = [Running(Jobs("m", 1, 2).First(), 0, 2, 0), Running(Jobs("s", 1, 2).First(), 0, 2, 0) with { IsPreemptible = false }, .. Jobs("", 1, 2, 10)];

        var decisions = SchedulingPolicies.Create(name).Decide(drained, jobs, 1000);

        Assert.NotEqual(0, Assert.Single(decisions[0].Allocation.Shares).Node);
        Assert.Equal(jobs[1].Allocation, decisions[1].Allocation);
        Assert.NotEqual(0, Assert.Single(decisions[2].Allocation.Shares).Node);
    }

    [Fact]
    public void Decide_WhenReclaimIsNear_TreatsTheNodeAsDraining()
    {
        var cluster = Cluster(2, 4);
        var spot = new ClusterSnapshot(cluster.Nodes.SetItem(0, cluster.Nodes[0] with { IsReclaimable = true, ReclaimSeconds = 2000 }));
        JobSnapshot[] jobs = [Running(Jobs("", 1, 2).First(), 0, 2, 0)];
        var policy = SchedulingPolicies.Create("fifo");

        Assert.Equal(0, policy.Decide(spot, jobs, 1000)[0].Allocation.Shares[0].Node);
        Assert.Equal(1, policy.Decide(spot, jobs, 1500)[0].Allocation.Shares[0].Node);
    }

    [Fact]
    public void Refusal_ForQuotasAndHosts_NamesWhatIsMissing()
    {
        var cluster = new ClusterSnapshot(
            [new NodeSnapshot { Name = "n", AcceleratorType = "A", Accelerators = 8, CpuCores = 16, HostMemoryBytes = 64, IsReady = false }],
            TenantTree.Create([new() { Name = "top", MaxAccelerators = 4 }, new() { Name = "x", Parent = "top", Quota = Of("A", 2) }]));
        var job = Jobs("x", 1, 3).First();

        Assert.Equal("needs 3 of one type; the quota of tenant 'x' is 2 × A.", RequestCheck.Refusal(cluster, job, false));
        Assert.Equal("needs 5; tenant 'top' may hold at most 4 accelerators.", RequestCheck.Refusal(cluster, Jobs("top", 1, 5).First(), false));
        Assert.Null(RequestCheck.Refusal(cluster, Jobs("top", 1, 4).First(), false));
        Assert.Contains("needs 17 cores", RequestCheck.Refusal(cluster, Jobs("y", 1).First() with { CpuCoresPerAccelerator = 17 }, false), StringComparison.Ordinal);
        Assert.Null(RequestCheck.Refusal(cluster, Jobs("x", 1, 3).First() with { MinAccelerators = 2 }, true));
    }

    [Fact]
    public void Validate_WhenOptionsAreOutOfRange_NamesAll()
    {
        var options = new GovernanceOptions
        {
            MinRunSeconds = -1, MaxRestartsPerHour = 0, MaxDisruptedFraction = 0, FairShareQuantumSeconds = double.NaN, StarvationSeconds = 0, HistoryWeight = 5, SettleRestarts = -1,
            ReclaimNoticeSeconds = -2, MaxDefragmentationMoves = -3, Packing = "tetris",
        };

        var error = Assert.Throws<ArgumentException>(() => new GovernedPolicy(new FifoPolicy(), options));

        Assert.All(
            ["MinRunSeconds is -1", "SettleRestarts is -1", "MaxRestartsPerHour is 0", "MaxDisruptedFraction is 0", "FairShareQuantumSeconds is NaN", "StarvationSeconds is 0",
                "HistoryWeight is 5", "ReclaimNoticeSeconds is -2", "MaxDefragmentationMoves is -3", "Packing is 'tetris'; allowed default, fgd"],
            part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Decide_WhenAJobHoldsWhatIsNotThere_ItIsLost()
    {
        JobSnapshot[] jobs = [Running(Jobs("", 1, 2).First(), 7, 2, 0) with { IsPreemptible = false }];

        Assert.Equal(0, SchedulingPolicies.Create("las").Decide(Cluster(1, 4), jobs, 10)[0].Allocation.Shares[0].Node);
    }

    [Fact]
    public void Add_WhenTimePasses_CountsHalfAfterAHalfLife()
    {
        var use = new TenantUsage(100);
        use.Add("a", 80, 0);
        use.Add("a", 10, 100);
        use.Add("b", 5, 200);

        Assert.Equal(25, use.At(200)["a"], 9);
        Assert.Equal(5, use.At(200)["b"], 9);

        // A clock that goes back is taken as no time.
        Assert.Equal(50, use.At(50)["a"], 9);
        Assert.Contains("use is NaN", Assert.Throws<ArgumentOutOfRangeException>(() => use.Add("a", double.NaN, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("halfLifeSeconds is 0", Assert.Throws<ArgumentOutOfRangeException>(() => new TenantUsage(0)).Message, StringComparison.Ordinal);
    }

    private static JobSnapshot Running(JobSnapshot job, int node, int accelerators, double since) => job with
    {
        Allocation = Allocation.Of([new NodeShare(node, accelerators)]), AllocatedSeconds = since, RunSeconds = 1, AttainedAcceleratorSeconds = 100,
    };
}
