using OrleansCompute.Scheduling.Colocation;
using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Mixing;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;

namespace OrleansCompute.Scheduling.Tests.Colocation;

public sealed class ColocationPolicyTests
{
    private static readonly (string Type, double Speed)[] Fast = [("fast", 10)];
    private static readonly ClusterSnapshot One = new([Node("fast-0", "fast", 1)]);
    private static readonly ClusterSnapshot Two = new([Node("fast-0", "fast", 1), Node("slow-0", "slow", 1)]);

    [Theory]
    [InlineData(0.8, 0.3, true)]
    [InlineData(0.55, 0.55, true)]
    [InlineData(0.4, 0.55, false)]
    [InlineData(0.9, 0.2, false)]
    [InlineData(0, 0.99, false)]
    public void Decide_WhenThereIsOneAccelerator_SharesItWhereBothTogetherAreFasterAndNeitherIsTooSlow(double first, double second, bool isShared)
    {
        var decisions = Decide(One, PairTable.Job("a", 1, Fast, (_, _) => first), PairTable.Job("b", 1, Fast, (_, _) => second));

        Assert.Equal(isShared ? 2 : 1, decisions.Count(decision => !decision.Allocation.IsEmpty));
        Assert.Equal(isShared ? ["b", "a"] : ["", ""], decisions.Select(decision => decision.SharesWith));
    }

    // Apart: a on slow at its share of its best, b on fast at 1. Together on fast: 0.7 + 0.7 = 1.4.
    [Theory]
    [InlineData(3, true)]
    [InlineData(5, false)]
    public void Decide_WhenThereIsASlowOneToo_SharesTheFastOneWhereThatIsMoreThanApart(double slow, bool isShared)
    {
        var decisions = Decide(
            Two, PairTable.Job("a", 1, [("fast", 10), ("slow", slow)], (_, _) => 0.7), PairTable.Job("b", 1, [("fast", 10), ("slow", 1)], (_, _) => 0.7));

        Assert.Equal(isShared ? [0, 0] : [1, 0], decisions.Select(decision => decision.Allocation.Shares[0].Node));
        Assert.Equal(isShared, decisions[0].SharesWith == "b");
    }

    [Fact]
    public void Decide_WhenThreeCould_PairsTheTwoThatAreFastestTogether()
    {
        var speeds = new Dictionary<(string, string), double>
        {
            [("a", "b")] = 0.9, [("b", "a")] = 0.8, [("a", "c")] = 0.6, [("c", "a")] = 0.6, [("b", "c")] = 0.95, [("c", "b")] = 0.9,
        };
        var jobs = new[] { "a", "b", "c" }.Select(id => PairTable.Job(id, 1, Fast, (other, _) => speeds[(id, other)])).ToArray();

        Assert.Equal(["", "c", "b"], Decide(One, jobs).Select(decision => decision.SharesWith));
    }

    // All have waited equally long: a and b together are worth 1.2 of what one is, c 1.3. How slow they were counts once, for a pair as well.
    [Fact]
    public void Decide_WhenAllHaveWaitedLong_APairIsWorthNoMoreThanBothOfIt()
    {
        var jobs = new[]
        {
            PairTable.Job("a", 1, Fast, (other, _) => other == "b" ? 0.6 : 0), PairTable.Job("b", 1, Fast, (other, _) => other == "a" ? 0.6 : 0),
            PairTable.Job("c", 1, Fast) with { Weight = 1.3 },
        };

        var decisions = new ColocationPolicy(new MixedTypePolicy()).Decide(One, jobs, 360_000);

        Assert.Equal([true, true, false], decisions.Select(decision => decision.Allocation.IsEmpty));
    }

    [Fact]
    public void Decide_WhenTheyShare_SaysBesideWhomAndHowFast()
    {
        var decisions = Decide(One, PairTable.Job("a", 1, Fast, (_, _) => 0.8), PairTable.Job("b", 1, Fast, (_, _) => 0.7));

        Assert.Equal("gets 1 × fast, beside job 'b', at 0.80 of its speed alone", decisions[0].Reason);
        Assert.Equal("gets 1 × fast, beside job 'a', at 0.70 of its speed alone", decisions[1].Reason);
    }

    [Fact]
    public void Decide_WhenGangsShare_BothHoldAllOfTheSameAccelerators()
    {
        var cluster = new ClusterSnapshot([Node("n0", "fast", 2), Node("n1", "fast", 2)]);
        var decisions = Decide(cluster, PairTable.Job("a", 4, Fast, (_, _) => 0.9), PairTable.Job("b", 4, Fast, (_, _) => 0.9));

        Assert.Equal(4, decisions[0].Allocation.Accelerators);
        Assert.Equal(decisions[0].Allocation, decisions[1].Allocation);
        Assert.Equal(["b", "a"], decisions.Select(decision => decision.SharesWith));
    }

    [Fact]
    public void Decide_WhenOneRunsAlready_TheOtherComesToIt()
    {
        var cluster = new ClusterSnapshot([Node("n0", "fast", 1), Node("n1", "fast", 1)]);
        var held = Allocation.Of([new NodeShare(1, 1)]);
        var jobs = Enumerable.Range(0, 3).Select(i => PairTable.Job($"{i}", 1, Fast, (_, _) => 0.9)).ToArray();
        jobs[1] = jobs[1] with { Allocation = held, IsPreemptible = true, RunSeconds = 100 };

        var decisions = Decide(cluster, jobs);

        Assert.Equal(held, decisions[1].Allocation);
        Assert.All(decisions, decision => Assert.False(decision.Allocation.IsEmpty));
    }

    [Fact]
    public void Decide_WhenOneOfAPairMayNotBeMoved_ThePairStays()
    {
        var held = Allocation.Of([new NodeShare(0, 1)]);
        var jobs = Pair(held);
        jobs[0] = jobs[0] with { IsPreemptible = false };

        var decisions = Decide(One, [.. jobs, PairTable.Job("better", 1, Fast, (_, _) => 1) with { Priority = 5 }]);

        Assert.Equal([held, held, Allocation.None], decisions.Select(decision => decision.Allocation));
        Assert.Equal(["b", "a", ""], decisions.Select(decision => decision.SharesWith));
    }

    [Fact]
    public void Decide_WhenNothingChanged_PairsStay()
    {
        var held = Allocation.Of([new NodeShare(0, 1)]);
        var decisions = Decide(One, Pair(held));

        Assert.Equal([held, held], decisions.Select(decision => decision.Allocation));
        Assert.Equal(["b", "a"], decisions.Select(decision => decision.SharesWith));
    }

    [Fact]
    public void Decide_WhenTwoAreNoLongerBetterTogether_OneLeaves()
    {
        var held = Allocation.Of([new NodeShare(0, 1)]);
        var cluster = new ClusterSnapshot([Node("n0", "fast", 1), Node("n1", "fast", 1)]);
        var decisions = Decide(cluster, Pair(held));

        Assert.Equal([held, Allocation.Of([new NodeShare(1, 1)])], decisions.Select(decision => decision.Allocation));
        Assert.Equal(["", ""], decisions.Select(decision => decision.SharesWith));
    }

    [Fact]
    public void Decide_WhenThePartnerIsGone_TheOtherGoesOnAlone()
    {
        var held = Allocation.Of([new NodeShare(0, 1)]);
        var decision = Assert.Single(Decide(One, Pair(held)[0]));

        Assert.Equal((held, ""), (decision.Allocation, decision.SharesWith));
    }

    [Fact]
    public void Decide_WhenJobsArePromisedSomethingOrBelongToOthers_TheyDoNotShare()
    {
        var a = PairTable.Job("a", 1, Fast, (_, _) => 0.9);
        var b = PairTable.Job("b", 1, Fast, (_, _) => 0.9);
        JobSnapshot[] others =
        [
            b with { Tenant = "other" }, b with { Priority = 1 }, b with { DeadlineSeconds = 9e9 }, b with { Budget = 1e9 },
            b with { AffinityGroup = "g" }, b with { Colocation = null }, b with { MinAccelerators = 1, MaxAccelerators = 2 },
        ];

        Assert.All(others, other => Assert.All(Decide(One, a, other), decision => Assert.Equal("", decision.SharesWith)));
        Assert.All(Decide(One, a, b), decision => Assert.NotEqual("", decision.SharesWith));
    }

    [Fact]
    public void Decide_WhenTheQueueIsLong_EveryAcceleratorIsShared()
    {
        var cluster = new ClusterSnapshot([Node("n0", "fast", 4), Node("n1", "slow", 4)]);
        var jobs = Enumerable.Range(0, 700)
            .Select(i => PairTable.Job($"{i:000}", 1, [("fast", 10), ("slow", 9)], (_, _) => 0.9) with { WorkDone = 1_000 * i }).ToArray();

        var decisions = Decide(cluster, jobs);

        Assert.Equal(16, decisions.Count(decision => decision.SharesWith.Length > 0));
        Assert.Equal(16, decisions.Count(decision => !decision.Allocation.IsEmpty));
    }

    [Fact]
    public void Decide_WhenPairsAreOff_NobodyShares()
    {
        var policy = new ColocationPolicy(new MixedTypePolicy(), new ColocationOptions { PairCandidates = 0 });
        var decisions = policy.Decide(One, [PairTable.Job("a", 1, Fast, (_, _) => 1), PairTable.Job("b", 1, Fast, (_, _) => 1)], 0);

        Assert.All(decisions, decision => Assert.Equal("", decision.SharesWith));
    }

    [Fact]
    public void Create_OfAPipeline_SharesUnderTheNameDefaultOnly()
    {
        JobSnapshot[] jobs = [PairTable.Job("a", 1, Fast, (_, _) => 0.9), PairTable.Job("b", 1, Fast, (_, _) => 0.9)];

        Assert.Equal(["b", "a"], PolicyPipeline.Create("default").Decide(One, jobs, 0).Select(decision => decision.SharesWith));
        Assert.Equal(["", ""], PolicyPipeline.Create("las").Decide(One, jobs, 0).Select(decision => decision.SharesWith));
        Assert.Equal(
            ["", ""], PolicyPipeline.Create("default", new PipelineOptions { Colocation = null }).Decide(One, jobs, 0).Select(decision => decision.SharesWith));
    }

    [Fact]
    public void Create_OfAPipelineWithALeastRunTime_MovesNobodyBeforeIt()
    {
        var rules = new PipelineOptions { Governance = new GovernanceOptions { MinRunSeconds = 600 } };
        var held = Allocation.Of([new NodeShare(0, 1)]);
        JobSnapshot[] jobs =
        [
            PairTable.Job("a", 1, Fast, (_, _) => 0.9) with { Allocation = held, RunSeconds = 1, AllocatedSeconds = 1_000 },
            PairTable.Job("b", 1, Fast, (_, _) => 0.9),
        ];

        Assert.Equal("", PolicyPipeline.Create("default", rules).Decide(One, jobs, 1_599)[1].SharesWith);
        Assert.Equal("a", PolicyPipeline.Create("default", rules).Decide(One, jobs, 1_600)[1].SharesWith);
    }

    [Fact]
    public void Constructor_WhenOptionsAreOutOfRange_NamesAll()
    {
        var error = Assert.Throws<ArgumentException>(() => new ColocationPolicy(new MixedTypePolicy(), new ColocationOptions
        {
            MinSpeedFraction = 0, MinRunSeconds = double.NaN, PairCandidates = 5_000, PairingSteps = 0,
        }));

        Assert.All(
            new[] { "MinSpeedFraction is 0; allowed above 0 to 1", "MinRunSeconds is", "PairCandidates is 5000; allowed 0 to 4096", "PairingSteps is 0" },
            text => Assert.Contains(text, error.Message));
    }

    private static JobSnapshot[] Pair(Allocation held) =>
    [
        PairTable.Job("a", 1, Fast, (_, _) => 0.9) with { Allocation = held, SharesWith = "b", RunSeconds = 10 },
        PairTable.Job("b", 1, Fast, (_, _) => 0.9) with { Allocation = held, SharesWith = "a", RunSeconds = 10 },
    ];

    private static IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, params JobSnapshot[] jobs) =>
        new ColocationPolicy(new GovernedPolicy(new MixedTypePolicy())).Decide(cluster, jobs, 1_000);

    private static NodeSnapshot Node(string name, string type, int accelerators) =>
        new() { Name = name, AcceleratorType = type, Accelerators = accelerators };
}
