using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;

namespace OrleansCompute.Scheduling.Tests.Policies;

public sealed class GoodputPolicyTests
{
    [Fact]
    public void Decide_WhenAJobIsAlone_GivesItAllThatHelps() =>
        Assert.Equal(16, new GoodputPolicy().Decide(Cluster(4, 4), [Elastic("a")], 0)[0].Allocation.Accelerators);

    [Fact]
    public void Decide_WhenTheFurtherOnesAddLittle_KeepsThemFree()
    {
        var policy = new GoodputPolicy(new GoodputPolicyOptions { MinMarginalEfficiency = 0.5 });
        Assert.Equal(2, policy.Decide(Cluster(4, 4), [Elastic("a", exponent: 0.6)], 0)[0].Allocation.Accelerators);
    }

    [Fact]
    public void Decide_WhenNothingChanged_KeepsEverything()
    {
        var (policy, cluster) = (new GoodputPolicy(), Cluster(4, 4));
        var jobs = new[] { Elastic("a"), Elastic("b", 1), Elastic("c", 2) };
        var first = policy.Decide(cluster, jobs, 60);
        var second = policy.Decide(cluster, Next(jobs, first, 60, 60), 120);
        Assert.Equal(first.Select(decision => decision.Allocation), second.Select(decision => decision.Allocation));
        Assert.Equal(16, first.Sum(decision => decision.Allocation.Accelerators));
    }

    [Theory, InlineData(1_000, 12), InlineData(90_000, 16)]
    public void Decide_WhenAGainIsSmall_TakesItOnlyWhereAllHasStayedForLong(double heldSeconds, int expected)
    {
        // A third more accelerators make it 1.19 times as fast: less than the 5/4 that a change must bring while others come and go.
        var job = Elastic("a", exponent: 0.6) with
        {
            Allocation = Allocation.Of([new NodeShare(0, 4), new NodeShare(1, 4), new NodeShare(2, 4)]), AllocatedSeconds = 1e5 - heldSeconds, RunSeconds = 1e5,
        };
        Assert.Equal(expected, new GoodputPolicy().Decide(Cluster(4, 4), [job], 1e5)[0].Allocation.Accelerators);
    }

    [Theory, InlineData(0, 8), InlineData(1, 12)]
    public void Decide_TheMoreTheOrderCounts_TheMoreTheFirstOfEqualsGets(double orderExponent, int expected)
    {
        var policy = new GoodputPolicy(new GoodputPolicyOptions { OrderExponent = orderExponent });
        Assert.Equal(expected, policy.Decide(Cluster(4, 4), [Elastic("a", exponent: 0.6), Elastic("b", 1, 0.6)], 2)[0].Allocation.Accelerators);
    }

    [Fact]
    public void Decide_WhenANewJobMeetsOneWithMuchService_GivesItMore()
    {
        var jobs = new[] { Elastic("old") with { AttainedAcceleratorSeconds = 1e6, RunSeconds = 1e5 }, Elastic("new", 1e5) };
        var decisions = new GoodputPolicy().Decide(Cluster(4, 4), jobs, 1e5);
        Assert.True(decisions[1].Allocation.Accelerators > decisions[0].Allocation.Accelerators);
    }

    [Theory, InlineData(1, 1), InlineData(3, 3), InlineData(16, 4)]
    public void Decide_WhenNothingIsKnownOfAJob_GivesWhatItsOwnerAskedForUpToANode(int requested, int expected)
    {
        var job = Job("a", requested: requested) with { MaxAccelerators = 64 };
        Assert.Equal(expected, new GoodputPolicy().Decide(Cluster(4, 4), [job], 0)[0].Allocation.Accelerators);
    }

    [Fact]
    public void Decide_WhenPrioritiesDiffer_ServesTheHigherFirst()
    {
        var decisions = new GoodputPolicy().Decide(Cluster(1, 1), [Elastic("low"), Elastic("high", 5) with { Priority = 1 }], 9);
        Assert.Equal([0, 1], decisions.Select(decision => decision.Allocation.Accelerators));
        Assert.Contains("needs 1; free: 0 of 1 × A", decisions[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_WhenAJobMayNotBePreempted_LeavesItAlone()
    {
        var held = Allocation.Of([new NodeShare(0, 1)]);
        var jobs = new[] { Elastic("fixed") with { IsPreemptible = false, Allocation = held, RunSeconds = 1 }, Elastic("high", 5) with { Priority = 9 } };
        Assert.Equal(held, new GoodputPolicy().Decide(Cluster(2, 1), jobs, 9)[0].Allocation);
    }

    [Fact]
    public void Decide_WhenANodeIsLost_MovesTheJob()
    {
        var cluster = new ClusterSnapshot([.. Cluster(2, 2).Nodes.Select((node, i) => node with { IsReady = i == 1 })]);
        var job = Elastic("a") with { Allocation = Allocation.Of([new NodeShare(0, 2)]), RunSeconds = 100 };
        Assert.Equal(Allocation.Of([new NodeShare(1, 2)]), new GoodputPolicy().Decide(cluster, [job], 100)[0].Allocation);
    }

    [Fact]
    public void Decide_OfAnyJobs_FitsTheClusterAndIsRepeatable() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed =>
        {
            var random = new Random(seed);
            var cluster = Cluster(random.Next(1, 6), random.Next(1, 9));
            var jobs = Enumerable.Range(0, random.Next(1, 30)).Select(i => Elastic($"j{i}", i, random.NextDouble()) with
            {
                AttainedAcceleratorSeconds = Math.Pow(10, 6 * random.NextDouble()), MinAccelerators = random.Next(1, 3),
            }).ToArray();
            for (var round = 0; round < 3; round++)
            {
                var decisions = new GoodputPolicy().Decide(cluster, jobs, round);
                var again = new GoodputPolicy().Decide(cluster, jobs, round);
                Assert.Equal(decisions.Select(decision => decision.Allocation), again.Select(decision => decision.Allocation));
                for (var node = 0; node < cluster.Nodes.Length; node++)
                {
                    Assert.True(decisions.Sum(decision => decision.Allocation.Shares.Where(share => share.Node == node).Sum(share => share.Accelerators))
                        <= cluster.Nodes[node].Accelerators);
                }

                Assert.All(decisions.Zip(jobs), pair => Assert.True(
                    pair.First.Allocation.IsEmpty || pair.First.Allocation.Accelerators >= pair.Second.MinAccelerators));
                jobs = Next(jobs, decisions, round, 60 * random.Next(1, 20));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Create_WhenOptionsAreWrong_NamesThemAll()
    {
        var error = Assert.Throws<ArgumentException>(() => new GoodputPolicy(new GoodputPolicyOptions { ServiceFactor = 1, HorizonGrowth = 2 }));
        Assert.Contains("ServiceFactor is 1; allowed 1.01 to 1000", error.Message, StringComparison.Ordinal);
        Assert.Contains("HorizonGrowth is 2; allowed 0 to 1", error.Message, StringComparison.Ordinal);
    }
}
