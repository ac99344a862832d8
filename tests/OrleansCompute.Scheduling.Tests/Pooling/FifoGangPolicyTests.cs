using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Scheduling.Pooling;

namespace OrleansCompute.Scheduling.Tests.Pooling;

public sealed class FifoGangPolicyTests
{
    private readonly FifoGangPolicy _policy = new();

    [Fact]
    public void Decide_WhenAcceleratorsAreFree_TakesTheFastestUpToTheMaximum()
    {
        var state = State([Slot("a", 10), Slot("b", 30), Slot("c", 20)], [Demand("t", "j", 1, 2)]);

        var placed = Assert.IsType<PoolDecision.Placed>(Assert.Single(_policy.Decide(state)));

        Assert.Equal(["b", "c"], placed.Slots.Select(slot => slot.Node));
    }

    [Fact]
    public void Decide_WhenTheMinimumIsNotFree_WaitsWithNumbers()
    {
        var state = State([Slot("a", 10), Slot("b", 30, heldBy: "other")], [Demand("t", "j", 2, 2)]);

        var wait = Assert.IsType<PoolDecision.Wait>(Assert.Single(_policy.Decide(state)));

        Assert.Equal("needs 2; 1 of 2 free.", wait.Reason);
    }

    [Fact]
    public void Decide_WhenALargeJobWaits_KeepsFreeAcceleratorsForIt()
    {
        var state = State(
            [Slot("a", 10), Slot("b", 30, heldBy: "other")], [Demand("t", "large", 2, 2), Demand("t", "small", 1, 1)]);

        var decisions = _policy.Decide(state);

        Assert.Contains("kept for t/large", Assert.IsType<PoolDecision.Wait>(decisions[1]).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_WhenTheWaitingJobWantsAnotherKind_LetsALaterOnePass()
    {
        var state = State(
            [Slot("a", 10, kind: "x"), Slot("b", 30, kind: "y", heldBy: "other")],
            [Demand("t", "first", 1, 1, "y"), Demand("t", "second", 1, 1, "x")]);

        Assert.IsType<PoolDecision.Placed>(_policy.Decide(state)[1]);
    }

    [Fact]
    public void Decide_WhenTheTenantIsAtItsLimit_WaitsAndBlocksNobody()
    {
        var state = State(
            [Slot("a", 10, heldBy: "t"), Slot("b", 30)], [Demand("t", "j", 1, 1), Demand("u", "k", 1, 1)], ("t", 1));

        var decisions = _policy.Decide(state);

        Assert.Equal("needs 1; tenant t holds 1 of the 1 it may hold.", Assert.IsType<PoolDecision.Wait>(decisions[0]).Reason);
        Assert.IsType<PoolDecision.Placed>(decisions[1]);
    }

    [Fact]
    public void Decide_WhenTheLimitIsBelowTheMaximum_TakesWhatTheLimitLeaves()
    {
        var state = State([Slot("a", 10), Slot("b", 30), Slot("c", 20)], [Demand("t", "j", 1, 3)], ("t", 2));

        Assert.Equal(2, Assert.IsType<PoolDecision.Placed>(Assert.Single(_policy.Decide(state))).Slots.Length);
    }

    [Fact]
    public void ExplainImpossible_WhenMoreThanExists_SaysWhatThereIs()
    {
        var state = State([Slot("a", 10), Slot("b", 10, heldBy: "u")], []);

        Assert.Null(_policy.ExplainImpossible(state, Demand("t", "j", 2, 2)));
        Assert.Equal("minAccelerators is 3; the pool has 2 that fit (2 × cpu).", _policy.ExplainImpossible(state, Demand("t", "j", 3, 3)));
        Assert.Contains("of kind gpu", _policy.ExplainImpossible(state, Demand("t", "j", 1, 1, "gpu")), StringComparison.Ordinal);
    }

    [Fact]
    public void ExplainImpossible_WhenAboveTheTenantsLimit_NamesIt() =>
        Assert.Equal(
            "minAccelerators is 2; tenant t may hold at most 1.",
            _policy.ExplainImpossible(State([Slot("a", 1), Slot("b", 1)], [], ("t", 1)), Demand("t", "j", 2, 2)));

    [Fact]
    public void Decide_ForAnyPool_GivesGangsOrNothingAndNothingTwice()
    {
        var cases =
            from slots in Gen.Choose(0, 2).ListOf(8)
            from jobs in Gen.Zip(Gen.Choose(1, 4), Gen.Choose(0, 3)).ListOf(6)
            select (slots, jobs);
        Prop.ForAll(cases.ToArbitrary(), test =>
        {
            var state = State(
                [.. test.slots.Select((held, i) => Slot($"n{i}", i % 3, heldBy: held == 0 ? "h" : null))],
                [.. test.jobs.Select((job, i) => Demand($"t{i % 2}", $"j{i}", job.Item1, job.Item1 + job.Item2))],
                ("t0", 4));

            var decisions = _policy.Decide(state);

            var given = decisions.OfType<PoolDecision.Placed>().ToList();
            var all = given.SelectMany(placed => placed.Slots).ToList();
            return decisions.Select(decision => decision.Demand).SequenceEqual(state.Queue)
                && all.Distinct().Count() == all.Count
                && all.TrueForAll(slot => slot.HeldBy is null)
                && given.TrueForAll(placed =>
                    placed.Slots.Length >= placed.Demand.MinAccelerators && placed.Slots.Length <= placed.Demand.MaxAccelerators)
                && given.Where(placed => placed.Demand.Tenant == "t0").Sum(placed => placed.Slots.Length) <= 4
                && decisions.OfType<PoolDecision.Wait>().All(wait => wait.Reason.EndsWith('.'));
        }).QuickCheckThrowOnFailure();
    }

    private static PoolState State(
        ImmutableArray<AcceleratorSlot> slots, ImmutableArray<JobDemand> queue, params (string Tenant, int Limit)[] limits) =>
        new(slots, queue, limits.ToImmutableDictionary(limit => limit.Tenant, limit => limit.Limit));

    private static AcceleratorSlot Slot(string node, double score, string? heldBy = null, string kind = "cpu") =>
        new(node, "cpu0", kind, score, heldBy);

    private static JobDemand Demand(string tenant, string job, int min, int max, params string[] kinds) =>
        new(tenant, job, min, max, [.. kinds]);
}
