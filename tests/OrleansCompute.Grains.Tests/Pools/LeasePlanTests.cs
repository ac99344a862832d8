using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Grains.Pools;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Grains.Tests.Pools;

public sealed class LeasePlanTests
{
    [Fact]
    public void Make_WhenWhoLeavesStillUsesTheMachine_GivesItToOthersAfterwards()
    {
        var pool = new PoolSamples().Node("a", ("k", 10), ("k", 10));
        pool.State.Nodes["a"] = pool.State.Nodes["a"] with { Host = new HostDescription { CpuCores = 4, MemoryBytes = 100 } };
        var leaving = pool.Job("leaving", with: request => request with { CpuCoresPerAccelerator = 3 });
        var lease = pool.Hold(leaving, "a");
        pool.Yielding.Add(lease.Id);
        leaving.Request = leaving.Request with { Kinds = ["gone"] };
        pool.Job("next", with: request => request with { CpuCoresPerAccelerator = 2 });
        var (changes, decisions) = pool.Round();
        Assert.False(decisions[1].Allocation.IsEmpty);
        Assert.DoesNotContain(changes, change => !change.Grants.IsEmpty);

        // It has left.
        pool.State.Leases.Clear();
        pool.State.Jobs.Remove(leaving);
        Assert.Equal("a", Assert.Single(Assert.Single(pool.Round().Changes).Grants).Node);
    }

    [Fact]
    public void Make_WhenAMixedGangGetsTwoKindsOfAMachine_CountsItsCoresForBoth()
    {
        var pool = new PoolSamples().Node("a", ("k", 10), ("l", 10), ("m", 10));
        pool.State.Nodes["a"] = pool.State.Nodes["a"] with { Host = new HostDescription { CpuCores = 6, MemoryBytes = 100 } };
        var leaving = pool.Job("leaving", with: request => request with { CpuCoresPerAccelerator = 3 });
        pool.Yielding.Add(pool.Hold(leaving, "a", 2).Id);
        leaving.Request = leaving.Request with { Kinds = ["gone"] };
        pool.Job("gang", 2, 2, with: request => request with { CpuCoresPerAccelerator = 2, Kinds = ["k", "l"] });

        // Three cores are left beside who leaves: for one of the two.
        var (changes, decisions) = pool.Round();
        Assert.True(decisions[1].Allocation.Shares.Length == 2, decisions[1].Reason);
        Assert.DoesNotContain(changes, change => !change.Grants.IsEmpty);
        pool.State.Leases.Clear();
        pool.State.Jobs.Remove(leaving);
        Assert.Equal(2, Assert.Single(pool.Round().Changes).Grants.Length);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Make_WhenANodeIsTakenAwaySoonSinceTheQuestion_GivesNothingThere(int secondsLater, bool isEmptied)
    {
        var pool = new PoolSamples().Node("a", ("k", 10));
        pool.Job("next");
        var question = pool.Ask();
        var decisions = question.Policy.Decide(question.Cluster, question.Jobs, question.NowSeconds);
        Assert.False(decisions[0].Allocation.IsEmpty);
        pool.State.Reclaims["a"] = pool.Now + PoolPolicies.ReclaimLead(pool.Options) + TimeSpan.FromSeconds(secondsLater);
        Assert.Equal(isEmptied, LeasePlan.Make(pool.State, question, decisions, pool.Yielding, pool.Now).Count == 0);
    }

    [Fact]
    public void Round_WhenThreeKindsAreFreeAndTheJobMayMix_StartsOnAllThree()
    {
        var pool = new PoolSamples().Node("a", ("avx512", 100)).Node("b", ("avx2", 40)).Node("c", ("scalar", 8));
        pool.Job("fixed", 3, 3);
        var (changes, decisions) = pool.Round();
        Assert.True(changes.Count == 1, decisions[0].Reason);
        Assert.Equal(["a", "b", "c"], Assert.Single(changes).Grants.Select(grant => grant.Node).Order());
    }

    [Fact]
    public void Round_WhenAnElasticJobMayMix_TakesAllThree()
    {
        var pool = new PoolSamples().Node("a", ("avx512", 100)).Node("b", ("avx2", 40)).Node("c", ("scalar", 8));
        pool.Job("elastic", 1, 3);
        for (var round = 0; round < 4; round++)
        {
            pool.Apply(pool.Round().Changes);
            pool.Now += TimeSpan.FromSeconds(30);
        }

        Assert.True(pool.State.Leases.Count == 3, pool.Round().Decisions[0].Reason);
    }

    [Fact]
    public void Round_WhenTheJobMustNotMix_StaysOnOneKind()
    {
        var pool = new PoolSamples().Node("a", ("avx512", 100)).Node("b", ("avx2", 40)).Node("c", ("scalar", 8));
        pool.Job("pure", 1, 3, with: request => request with { MayMixTypes = false });
        pool.Apply(pool.Round().Changes);
        Assert.Equal("a", Assert.Single(pool.State.Leases).Node);
    }

    [Fact]
    public void Round_WhenAnotherTenantsJobComes_TheFirstShrinksAndGrowsAgain()
    {
        var pool = new PoolSamples { Tenants = Two() }.Node("a", ("k", 10)).Node("b", ("k", 10)).Node("c", ("k", 10));
        var first = pool.Job("first", 1, 3);
        pool.Apply(pool.Round().Changes);
        Assert.Equal(3, pool.State.Leases.Count);
        pool.Now += TimeSpan.FromMinutes(1);
        first.Count(pool.Now, 3, 0);

        var second = pool.Job("second", 1, 1, "other");
        var (changes, decisions) = pool.Round();
        Assert.True(changes.Count > 0, string.Join(" | ", decisions.Select(decision => decision.Reason)));
        Assert.Single(Assert.Single(changes, change => change.Job == first).Yields);
        Assert.DoesNotContain(changes, change => change.Job == second);
        pool.Apply(changes);
        pool.Apply(pool.Round().Changes);
        Assert.Equal(["first", "first", "second"], pool.State.Leases.Select(lease => lease.Job).Order());

        pool.State.Jobs.Remove(second);
        pool.State.Leases.RemoveAll(lease => lease.Job == "second");
        pool.Now += TimeSpan.FromMinutes(1);
        first.Count(pool.Now, 2, 0);
        pool.Apply(pool.Round().Changes);
        Assert.Equal(["first", "first", "first"], pool.State.Leases.Select(lease => lease.Job));
    }

    [Fact]
    public void Round_WhenATenantHasALimit_AMixedGangStaysWithin()
    {
        var pool = new PoolSamples { Tenants = TenantTree.Create([new TenantQuota { Name = "acme", MaxAccelerators = 2 }]) }
            .Node("a", ("avx512", 100)).Node("b", ("avx2", 60)).Node("c", ("scalar", 50));
        pool.Job("elastic", 1, 3);
        for (var round = 0; round < 4; round++)
        {
            pool.Apply(pool.Round().Changes);
            pool.Now += TimeSpan.FromSeconds(60);
            Assert.InRange(pool.State.Leases.Count, 1, 2);
        }
    }

    [Theory]
    [InlineData(2, 1024)]
    [InlineData(1024, 0)]
    public void Round_WhenATenantsLimitIsBelowTheGang_ItWaitsAndSaysSo(int max, int ofKind)
    {
        var quota = System.Collections.Immutable.ImmutableSortedDictionary<string, int>.Empty.Add("avx2", ofKind);
        var pool = new PoolSamples { Tenants = TenantTree.Create([new TenantQuota { Name = "acme", MaxAccelerators = max, Quota = quota }]) }
            .Node("a", ("avx512", 100)).Node("b", ("avx2", 60)).Node("c", ("scalar", 50));
        pool.Job("gang", 3, 3);
        var (changes, decisions) = pool.Round();
        Assert.Empty(changes);
        Assert.Contains("tenant", decisions[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Round_WhenWhatItGetsIsStillHeld_TheGangWaitsWithNothing()
    {
        var pool = new PoolSamples().Node("a", ("k", 10)).Node("b", ("k", 10));
        var leaving = pool.Job("leaving");
        pool.Yielding.Add(pool.Hold(leaving, "a").Id);
        leaving.Request = leaving.Request with { Kinds = ["none"] };
        pool.Job("gang", 2, 2);
        var (changes, decisions) = pool.Round();
        Assert.Equal(2, decisions[1].Allocation.Accelerators);
        Assert.Empty(changes);
        pool.State.Leases.Clear();
        Assert.Equal(2, Assert.Single(pool.Round().Changes).Grants.Length);
    }

    [Fact]
    public void Round_WhenANodeDrains_ItsJobMovesAndNothingNewStartsThere()
    {
        var pool = new PoolSamples().Node("a", ("k", 10)).Node("b", ("k", 10));
        pool.Hold(pool.Job("moves"), "a");
        pool.State.Draining.Add("a");
        pool.Apply(pool.Round().Changes);
        Assert.Equal("b", Assert.Single(pool.State.Leases).Node);
        pool.Job("waits");
        var (changes, decisions) = pool.Round();
        Assert.Empty(changes);
        Assert.True(decisions[1].Allocation.IsEmpty);
    }

    [Fact]
    public void Round_WhenTheJobMayNotBePreemptedOrHasJustStarted_KeepsWhatItHas()
    {
        foreach (var isPreemptible in new[] { false, true })
        {
            var pool = new PoolSamples().Node("a", ("k", 10));
            var holder = pool.Job("holder", with: request => request with { IsPreemptible = isPreemptible, MinRunSeconds = 600 });
            pool.Hold(holder, "a");
            pool.Job("urgent", with: request => request with { Priority = 10 });
            pool.Now += TimeSpan.FromSeconds(300);
            holder.Count(pool.Now, 1, 0);
            Assert.Empty(pool.Round().Changes);

            pool.Now += TimeSpan.FromSeconds(600);
            holder.Count(pool.Now, 1, 0);
            Assert.Equal(isPreemptible ? 1 : 0, pool.Round().Changes.Sum(change => change.Yields.Length));
        }
    }

    [Fact]
    public void Make_WhenNodesAndJobsWentSinceTheQuestion_LeavesThemOut()
    {
        var pool = new PoolSamples().Node("a", ("k", 10)).Node("b", ("k", 10)).Node("c", ("k", 10));
        pool.Job("one");
        pool.Job("two");
        pool.Job("three");
        var question = pool.Ask();
        var decisions = question.Policy.Decide(question.Cluster, question.Jobs, question.NowSeconds);
        var nodes = decisions.Select(decision => question.Layout[Assert.Single(decision.Allocation.Shares).Node].Node).ToList();
        pool.State.Nodes[nodes[0]] = pool.State.Nodes[nodes[0]] with { State = NodeState.Lost };
        pool.State.Jobs.RemoveAt(1);
        pool.State.Nodes[nodes[2]] = pool.State.Nodes[nodes[2]] with { Incarnation = 2 };
        Assert.Empty(Grains.Pools.LeasePlan.Make(pool.State, question, decisions, pool.Yielding, pool.Now));
    }

    [Fact]
    public void Make_WhenPartsAreGiven_NeverMoreThanTheAcceleratorHas()
    {
        var pool = new PoolSamples().Node("a", ("k", 10));
        for (var i = 0; i < 6; i++)
        {
            pool.Job($"part-{i}", with: request => request with { ComputeShareFraction = 0.3, MemoryBytes = 100 << 20 });
        }

        for (var round = 0; round < 3; round++)
        {
            pool.Apply(pool.Round().Changes);
        }

        var (_, decisions) = pool.Round();
        Assert.True(pool.State.Leases.Count == 3, string.Join(" | ", decisions.Select(decision => decision.Reason)));
        Assert.All(pool.State.Leases, lease => Assert.Equal((0.3, 100L << 20), (lease.ComputeShareFraction, lease.MemoryBytes)));
    }

    private static TenantTree Two() => TenantTree.Create([new TenantQuota { Name = "acme" }, new TenantQuota { Name = "other" }]);
}
