using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Scheduling.Tests.Tenancy;

public sealed class TenantTreeTests
{
    [Fact]
    public void Create_WhenChildrenComeFirst_OrdersParentsFirst()
    {
        var tree = TenantTree.Create([new() { Name = "leaf", Parent = "mid" }, new() { Name = "mid", Parent = "top" }, new() { Name = "top" }]);

        Assert.Equal(["top", "mid", "leaf"], tree.Tenants.Select(tenant => tenant.Name));
        Assert.Equal(-1, tree.ParentOf(0));
        Assert.Equal(1, tree.ParentOf(tree.IndexOf("leaf")));
        Assert.Equal([0], tree.ChildrenOf(-1).AsEnumerable());
        Assert.Equal([2], tree.ChildrenOf(1).AsEnumerable());
        Assert.Equal(-1, tree.IndexOf("nobody"));
    }

    [Fact]
    public void Create_WhenSeveralThingsAreWrong_NamesAllInOneError()
    {
        TenantQuota[] tenants =
        [
            new() { Name = "a", Parent = "b" },
            new() { Name = "b", Parent = "c" },
            new() { Name = "c", Parent = "a" },
            new() { Name = "orphan", Parent = "nobody" },
            new() { Name = "twice" },
            new() { Name = "twice" },
            new() { Name = "weightless", Weight = double.NaN },
            new() { Name = "negative", MaxAccelerators = -1, Quota = Counts(("T4", -2)) },
            new() { Name = "promises", Guaranteed = Counts(("T4", 4)) },
            new() { Name = "x", Parent = "promises", Guaranteed = Counts(("T4", 3)) },
            new() { Name = "y", Parent = "promises", Guaranteed = Counts(("T4", 2), ("A100", 1)) },
            new() { Name = "over", Guaranteed = Counts(("T4", 9)), Quota = Counts(("T4", 8)) },
        ];

        var error = Assert.Throws<ArgumentException>(() => TenantTree.Create(tenants, -1));

        Assert.All(
            [
                "circle: a → b → c → a", "'orphan' names parent 'nobody'", "'twice' occurs twice", "Weight is NaN", "MaxAccelerators is -1", "Quota[T4] is -2",
                "below 'promises' are guaranteed 5 × T4 together; 'promises' itself only 4", "guaranteed 1 × A100", "Guaranteed[T4] is 9", "halfLifeSeconds is -1",
            ],
            part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.Equal(TenantTree.Problems(tenants, -1).Count, TenantTree.Problems([.. tenants.Reverse()], -1).Count);
    }

    [Fact]
    public void Create_WhenTenantIsItsOwnParent_SaysSo()
    {
        var error = Assert.Throws<ArgumentException>(() => TenantTree.Create([new() { Name = "a", Parent = "a" }]));

        Assert.Contains("circle: a → a", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_WhenTooDeep_NamesLevel()
    {
        var chain = Enumerable.Range(0, TenantTree.MaxDepth + 1)
            .Select(level => new TenantQuota { Name = $"t{level}", Parent = level == 0 ? "" : $"t{level - 1}" }).ToList();

        Assert.Contains("'t16' is on level 17", Assert.Single(TenantTree.Problems(chain)), StringComparison.Ordinal);
        Assert.Empty(TenantTree.Problems(chain[..^1]));
    }

    [Fact]
    public void Problems_WhenChainHasAThousandLevelsInAnyOrder_IsFastAndRight()
    {
        var chain = Enumerable.Range(0, 1000).Select(i => new TenantQuota { Name = $"t{i}", Parent = i == 999 ? "" : $"t{i + 1}" }).ToList();

        Assert.Single(TenantTree.Problems(chain));
    }

    [Fact]
    public void Warnings_WhenCapacityIsLess_NamesQuotasAndGuarantees()
    {
        var cluster = new ClusterSnapshot([new NodeSnapshot { Name = "n", AcceleratorType = "T4", Accelerators = 4 }]);
        var tree = TenantTree.Create(
        [
            new() { Name = "a", Quota = Counts(("T4", 8)), Guaranteed = Counts(("T4", 3)), MaxAccelerators = 100 },
            new() { Name = "b", Guaranteed = Counts(("T4", 2), ("H100", 1)) },
        ]);

        Assert.Equal(
            [
                "Tenant 'a' has a quota of 8 × T4; the cluster has 4 at present.",
                "Tenant 'a' may hold 100 accelerators; the cluster has 4 at present.",
                "Tenant 'b' is guaranteed 1 × H100; the cluster has 0 at present.",
                "All tenants together are guaranteed 1 × H100; the cluster has 0 at present.",
                "All tenants together are guaranteed 5 × T4; the cluster has 4 at present.",
            ],
            tree.Warnings(cluster).AsEnumerable());
        Assert.Empty(TenantTree.Flat.Warnings(cluster));
    }

    [Fact]
    public void WithPastUse_WhenNamesAreUnknown_LeavesThemOut()
    {
        var tree = TenantTree.Create([new() { Name = "a", PastUse = 5 }, new() { Name = "b" }]);

        var used = tree.WithPastUse(new Dictionary<string, double> { ["b"] = 7, ["zombie"] = 1 });

        Assert.Equal([0.0, 7.0], used.Tenants.Select(tenant => tenant.PastUse));
        Assert.Throws<ArgumentException>(() => tree.WithPastUse(new Dictionary<string, double> { ["b"] = double.NaN }));
    }

    private static ImmutableSortedDictionary<string, int> Counts(params (string Type, int Count)[] counts) =>
        counts.ToImmutableSortedDictionary(entry => entry.Type, entry => entry.Count, StringComparer.Ordinal);
}
