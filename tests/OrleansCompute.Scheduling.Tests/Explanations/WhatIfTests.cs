using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Scheduling.Explanations;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Tenancy;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;

namespace OrleansCompute.Scheduling.Tests.Explanations;

public sealed class WhatIfTests
{
    private static readonly WhatIf Asker = new(JobLengths.None);

    [Fact]
    public void Ask_WhenANodeComes_SaysWhichJobStartsAndWhatItCosts()
    {
        var cluster = new ClusterSnapshot([.. Cluster(1, 4).Nodes.Select(node => node with { PricePerAcceleratorHour = 2.5, WattsPerAccelerator = 300 })]);
        var round = PoolRound.Ask(new FifoPolicy(), cluster, [Job("a", 0, 4), Job("b", 1, 3)], 0);
        var answer = new WhatIf(JobLengths.None, new ForecastOptions()).Ask(round, new PoolChange { Nodes = [new NodesChange("A", 1)] });
        var start = Assert.Single(answer.Starts);
        Assert.Equal(("b", "none", "3 × A on 1 node", 0.0), (start.JobId, start.BeforeText, start.AfterText, start.StartAfter!.Value.LikelySeconds));
        Assert.False(start.StartBefore!.Value.IsKnown);
        Assert.Equal((10.0, 17.5, 1200.0, 2100.0), (answer.CostPerHourBefore, answer.CostPerHourAfter, answer.WattsBefore, answer.WattsAfter));
        Assert.Equal((4.0, 7.0, 1), (answer.HeldBefore, answer.HeldAfter, answer.Unchanged));
    }

    [Fact]
    public void Ask_WhenANodeIsDrained_SaysWhatMovesAndStops()
    {
        var policy = new GoodputPolicy();
        var jobs = new[] { Job("a", 0, 2) with { MinAccelerators = 2, MaxAccelerators = 2 }, Job("b", 1, 2) with { MinAccelerators = 2, MaxAccelerators = 2 } };
        var round = PoolRound.Ask(policy, Cluster(2, 2), Next(jobs, policy.Decide(Cluster(2, 2), jobs, 0), 0, 60), 60);
        var answer = Asker.Ask(round, new PoolChange { Drained = ["n0"] });
        Assert.Equal(1, answer.Stops.Length + answer.Moves.Length - answer.Moves.Length);
        Assert.Equal(2.0, answer.HeldAfter);
    }

    [Fact]
    public void Ask_WhenAJobIsWithdrawnOrChangedOrSubmitted_SaysWhatFollows()
    {
        var round = PoolRound.Ask(new FifoPolicy(), Cluster(1, 4), [Job("a", 0, 4), Job("b", 1, 3)], 0);
        Assert.Equal("b", Assert.Single(Asker.Ask(round, new PoolChange { Withdrawn = ["a"] }).Starts).JobId);
        Assert.Equal("withdrawn", Assert.Single(Asker.Ask(round, new PoolChange { Withdrawn = ["a"] }).Stops).Reason);
        var smaller = Asker.Ask(round, PoolChange.Of(new JobChange { JobId = "a", RequestedAccelerators = 1 }));
        Assert.Equal(("a", "b"), (Assert.Single(smaller.Shrinks).JobId, Assert.Single(smaller.Starts).JobId));
        Assert.Equal("c", Assert.Single(Asker.Ask(round, new PoolChange { Submitted = [Job("c", 2, 1)] }).Waits).JobId);
    }

    [Fact]
    public void Ask_AboutAJobThatIsAboutToStop_SaysThatItRunsAndWhenTheOtherGoesOn()
    {
        // The next round takes s0's accelerators for big; with a lower priority of big it does not.
        var held = Allocation.Of([new NodeShare(0, 4)]);
        JobSnapshot[] jobs = [Job("s0", 0, 4) with { Allocation = held, ExpectedRemainingSeconds = 100, RestartSeconds = 0 }, Job("big", 1, 4) with { Priority = 1, ExpectedRemainingSeconds = 50, RestartSeconds = 0 }];
        var lengths = JobLengths.None;
        var round = PoolRound.Ask(new LeastAttainedServicePolicy(), Cluster(1, 4), jobs, 1000);
        var answer = new WhatIf(lengths, new ForecastOptions()).Ask(round, PoolChange.Of(new JobChange { JobId = "big", Priority = -1 }));

        var stays = Assert.Single(answer.Starts);
        Assert.Equal("s0", stays.JobId);
        Assert.StartsWith("it runs now, with 4 × A on 1 node, and would stop without the change; keeps", stays.Reason, StringComparison.Ordinal);
        Assert.True(stays.StartBefore!.Value.LikelySeconds > 1000, $"{stays.StartBefore}");
    }

    [Fact]
    public void Ask_WhenAJobMoves_NamesTheNodes()
    {
        JobSnapshot[] jobs = [Job("a", 0, 2) with { Allocation = Allocation.Of([new NodeShare(0, 2)]) }];
        var move = Assert.Single(Asker.Ask(PoolRound.Ask(new LeastAttainedServicePolicy(), Cluster(2, 2), jobs, 60), new PoolChange { Nodes = [], Drained = ["n0"] }).Moves);

        Assert.Equal(("2 × A on 1 node", "2 × A on 1 node (n1 instead of n0)"), (move.BeforeText, move.AfterText));
    }

    [Fact]
    public void Ask_WhenAQuotaChanges_UsesTheNewTree()
    {
        var tree = TenantTree.Create([new TenantQuota { Name = "a", MaxAccelerators = 3 }]);
        var round = PoolRound.Ask(new FifoPolicy(), Cluster(1, 4).WithTenants(tree), [], 0);
        Assert.Equal(5, round.With(new PoolChange { Quotas = [new QuotaChange { Tenant = "a", MaxAccelerators = 5 }] }).Cluster.Tenants.Tenants[0].MaxAccelerators);
        Assert.Contains("MaxAccelerators is -1", Assert.Throws<ArgumentException>(
            () => Asker.Ask(round, new PoolChange { Quotas = [new QuotaChange { Tenant = "a", MaxAccelerators = -1 }] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ask_OfAnyPool_AddsUp() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed =>
        {
            var policy = SchedulingPolicies.Create(SchedulingPolicies.Names[(seed & 0xFFFF) % SchedulingPolicies.Names.Count]);
            var round = RandomPool.Round(seed, policy);
            var change = new PoolChange { Nodes = [new NodesChange("T0", 1 + (seed & 3), 4)], Withdrawn = [round.Jobs[0].Id] };
            var answer = Asker.Ask(round, change);
            var listed = new[] { answer.Starts, answer.Stops, answer.Grows, answer.Shrinks, answer.Moves, answer.Waits };
            Assert.Equal(round.Jobs.Length, answer.Unchanged + listed.Sum(list => list.Length));
            Assert.Equal(answer.HeldAfter - answer.HeldBefore, listed.Sum(list => list.Sum(job => job.After.Amount - job.Before.Amount)), 1e-9);

            // A fresh question, put together by hand, is answered alike.
            var like = round.Cluster.Nodes.Where(node => node.AcceleratorType == "T0").MaxBy(node => node.Accelerators) ?? new NodeSnapshot { Name = "", AcceleratorType = "T0", Accelerators = 4 };
            var cluster = new ClusterSnapshot(
                [.. round.Cluster.Nodes, .. Enumerable.Range(1, 1 + (seed & 3)).Select(i => like with { Name = $"new-T0-{i}", Accelerators = 4, IsDraining = false })], round.Cluster.Tenants);
            var expected = policy.Decide(cluster, round.Jobs.RemoveAt(0), round.NowSeconds);
            Assert.Equal(expected.Sum(decision => decision.Allocation.Amount), answer.HeldAfter, 1e-9);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Ask_WhenTheChangeIsImpossible_SaysWhy()
    {
        var round = PoolRound.Ask(new FifoPolicy(), Cluster(1, 4), [Job("a", 0, 4)], 0);
        Assert.Contains("at least one entry", Refused(new PoolChange()), StringComparison.Ordinal);
        Assert.Contains("Nodes[0].Count is 20000; allowed -10000 to 10000", Refused(new PoolChange { Nodes = [new NodesChange("A", 20_000)] }), StringComparison.Ordinal);
        Assert.Contains("the pool has 1", Refused(new PoolChange { Nodes = [new NodesChange("A", -2)] }), StringComparison.Ordinal);
        Assert.Contains("'H'", Refused(new PoolChange { Nodes = [new NodesChange("H", 1)] }), StringComparison.Ordinal);
        Assert.Contains("'n9'", Refused(new PoolChange { Drained = ["n9"] }), StringComparison.Ordinal);
        Assert.Contains("'z'", Refused(new PoolChange { Withdrawn = ["z"] }), StringComparison.Ordinal);
        Assert.Contains("MinAccelerators of job 'a' is 0", Refused(PoolChange.Of(new JobChange { JobId = "a", MinAccelerators = 0 })), StringComparison.Ordinal);
        Assert.Contains("'a'", Refused(new PoolChange { Submitted = [Job("a")] }), StringComparison.Ordinal);

        string Refused(PoolChange change) => Assert.Throws<ArgumentException>(() => Asker.Ask(round, change)).Message;
    }
}
