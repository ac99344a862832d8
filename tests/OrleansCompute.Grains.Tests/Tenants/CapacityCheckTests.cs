using System.Collections.Immutable;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Grains.Tenants;

namespace OrleansCompute.Grains.Tests.Tenants;

public sealed class CapacityCheckTests
{
    private static readonly TenantSpec Acme = new() { Name = "acme" };

    [Fact]
    public void Problems_WhenAllCanBe_AreNone()
    {
        Assert.Empty(Check(Acme with { Quota = Of(("k", 4), ("j", 0)), Guaranteed = Of(("k", 4)) }));
        Assert.Empty(Check(Acme with { Guaranteed = Of(("k", 1)) }, others: [new TenantSpec { Name = "b", Guaranteed = Of(("k", 3)) }]));

        // That of one below another is part of what the other has.
        Assert.Empty(Check(Acme with { Guaranteed = Of(("k", 1)) }, others: [new() { Name = "b", Guaranteed = Of(("k", 3)) }, new() { Name = "c", Parent = "b", Guaranteed = Of(("k", 3)) }]));
        Assert.Empty(Check(Acme with { Parent = "b", Guaranteed = Of(("k", 3)) }, others: [new TenantSpec { Name = "b", Guaranteed = Of(("k", 3)) }]));
    }

    [Fact]
    public void Problems_WhenThePoolIsEmpty_AreNone() =>
        Assert.Empty(new CapacityCheck("p", ImmutableDictionary<string, int>.Empty, ImmutableDictionary<string, int>.Empty).Problems(Acme with { Quota = Of(("k", 100)), Guaranteed = Of(("k", 100)) }, null, []));

    [Fact]
    public void Problems_WhenQuotasAreAbove_NameValueAndCapacityAndWhatToDo()
    {
        var spec = Acme with { Quota = Of(("k", 100), ("h100", 2)) };
        Assert.Equal(
            [
                "quota.h100 is 2; pool p has none of that kind (it has 2 × j, 4 × k), so that it would limit nothing. Allowed: no quota of that kind, or say that the pool is going to grow: --ahead-of-capacity (REST: \"aheadOfCapacity\": true).",
                "quota.k is 100; pool p has 4, so that it would limit nothing. Allowed: 0 to 4, or say that the pool is going to grow: --ahead-of-capacity (REST: \"aheadOfCapacity\": true).",
            ],
            Check(spec));
        Assert.Empty(Check(spec with { AheadOfCapacity = true }));
    }

    [Fact]
    public void Problems_WhenGuaranteesAreAbove_AreThereWhateverIsSaidOfTheFuture()
    {
        var spec = Acme with { Guaranteed = Of(("k", 9), ("h100", 1)), AheadOfCapacity = true };
        Assert.Equal(
            [
                "guaranteed.h100 is 1; pool p has none of that kind (it has 2 × j, 4 × k), and more cannot be kept. Allowed: no guarantee of that kind, or add nodes first.",
                "guaranteed.k is 9; pool p has 4, and more cannot be kept. Allowed: 0 to 4, or add nodes first.",
            ],
            Check(spec));
        Assert.Single(Check(Acme with { Parent = "b", Guaranteed = Of(("k", 9)) }, others: [new TenantSpec { Name = "b", Guaranteed = Of(("k", 9)) }]));
    }

    [Fact]
    public void Problems_WhenTenantsTogetherAreAbove_NameTheOthers()
    {
        TenantSpec[] others = [new() { Name = "c", Guaranteed = Of(("k", 1)) }, new() { Name = "b", Guaranteed = Of(("k", 2)) }, new() { Name = "d", Guaranteed = Of(("j", 2)) }];
        Assert.Equal(
            ["guaranteed.k is 2; pool p has 4, of which 3 are guaranteed to tenants b, c already, and more cannot be kept. Allowed: 0 to 1, or lower theirs, or add nodes first."],
            Check(Acme with { Guaranteed = Of(("k", 2)) }, others: others));
        Assert.Contains(
            "of which 1 is guaranteed to tenant c already", Assert.Single(Check(Acme with { Guaranteed = Of(("k", 4)) }, others: others[..1])), StringComparison.Ordinal);

        // It has them below another, and moves to the top.
        var below = Acme with { Parent = "b", Guaranteed = Of(("k", 2)) };
        Assert.Single(Check(below with { Parent = "" }, below, others));
    }

    [Fact]
    public void Problems_OfWhatIsNotRaised_AreNone()
    {
        // The pool has shrunk since.
        var before = Acme with { Quota = Of(("k", 100), ("h100", 2)), Guaranteed = Of(("k", 9)) };
        Assert.False(CapacityCheck.IsDue(before with { Weight = 2 }, before));
        Assert.Empty(Check(before with { Quota = Of(("k", 90), ("h100", 2)), Guaranteed = Of(("k", 8)), Weight = 2 }, before));
        Assert.Single(Check(before with { Quota = Of(("k", 101), ("h100", 2)) }, before));
        Assert.Single(Check(before with { Guaranteed = Of(("k", 10)) }, before));
        Assert.False(CapacityCheck.IsDue(Acme, null));
        Assert.True(CapacityCheck.IsDue(Acme with { Quota = Of(("k", 1)) }, null));
    }

    [Fact]
    public void Problems_WhenNodesAreLost_CountThemForQuotasOnly()
    {
        Assert.Empty(CheckLost(0, Acme with { Quota = Of(("k", 4)) }));
        Assert.Equal(
            ["guaranteed.k is 1; pool p has none of that kind at present (4 on nodes that are lost), and more cannot be kept. Allowed: no guarantee of that kind, or add nodes first."],
            CheckLost(0, Acme with { Guaranteed = Of(("k", 1)) }));
        Assert.Equal(
            ["guaranteed.k is 4; pool p has 3 at present (1 more on nodes that are lost), and more cannot be kept. Allowed: 0 to 3, or add nodes first."],
            CheckLost(3, Acme with { Guaranteed = Of(("k", 4)) }));
        Assert.Equal(
            ["guaranteed.k is 1; pool p has 1 at present (3 more on nodes that are lost), and 2 are guaranteed to tenant b already, and more cannot be kept. "
                + "Allowed: no guarantee of that kind, or lower theirs, or add nodes first."],
            CheckLost(1, Acme with { Guaranteed = Of(("k", 1)) }, others: [new TenantSpec { Name = "b", Guaranteed = Of(("k", 2)) }]));
    }

    private static IReadOnlyList<string> Check(TenantSpec spec, TenantSpec? before = null, params TenantSpec[] others) =>
        CheckLost(4, spec, before, others);

    private static IReadOnlyList<string> CheckLost(int present, TenantSpec spec, TenantSpec? before = null, params TenantSpec[] others) =>
        new CapacityCheck("p", Of(("k", 4), ("j", 2)), Of(("k", present), ("j", 2))).Problems(spec, before, others);

    private static ImmutableDictionary<string, int> Of(params (string Kind, int Count)[] limits) => limits.ToImmutableDictionary(limit => limit.Kind, limit => limit.Count);
}
