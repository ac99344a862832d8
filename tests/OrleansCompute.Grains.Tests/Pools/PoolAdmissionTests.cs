using System.Collections.Immutable;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Grains.Pools;

namespace OrleansCompute.Grains.Tests.Pools;

public sealed class PoolAdmissionTests
{
    private static readonly TenantSpec Acme = new() { Name = "acme" };

    [Fact]
    public void ExplainImpossible_WhenNothingIsInTheWay_IsNull() =>
        Assert.Null(Explain(min: 3, line: [Acme with { Quota = Quota(("k", 2)) }, new TenantSpec { Name = "top", MaxAccelerators = 3 }]));

    [Theory]
    [InlineData(3, false, "minAccelerators is 3; tenant acme may hold at most 2 of them (quota 0 × j, 2 × k)")]
    [InlineData(3, true, "minAccelerators is 3; tenant top, to which acme belongs, may hold at most 2 of them (quota 0 × j, 2 × k)")]
    public void ExplainImpossible_WhenAQuotaOfKindsIsTooSmall_NamesTenantAndQuota(int min, bool isParents, string expected)
    {
        var limited = new TenantSpec { Name = isParents ? "top" : "acme", Quota = Quota(("k", 2), ("j", 0), ("unknown", 7)) };
        Assert.StartsWith(expected, Explain(min, isParents ? [Acme, limited] : [limited]), StringComparison.Ordinal);
    }

    [Fact]
    public void ExplainImpossible_WhenKindsMustNotBeMixed_CountsTheLargestQuota()
    {
        TenantSpec[] line = [Acme with { Quota = Quota(("k", 1)) }];
        Assert.Null(Explain(2, line));
        Assert.Contains("at most 1 of them", Explain(2, line, request => request with { MayMixTypes = false }), StringComparison.Ordinal);
        Assert.Contains("of kind k; tenant acme may hold at most 1", Explain(2, line, request => request with { Kinds = ["k"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void ExplainImpossible_WhenTheParentMayHoldFewer_NamesIt() => Assert.Equal(
        "minAccelerators is 2; tenant top, to which acme belongs, may hold at most 1.",
        Explain(2, [Acme, new TenantSpec { Name = "top", MaxAccelerators = 1 }]));

    [Fact]
    public void ExplainImpossible_WhenTooFewMayBeBorrowed_SaysSo()
    {
        TenantSpec[] line = [Acme with { Guaranteed = Quota(("k", 1)), BorrowingLimit = 1 }];
        Assert.Null(Explain(2, line));
        Assert.Contains("has 1 of them guaranteed and may borrow at most 1 more", Explain(3, line), StringComparison.Ordinal);
    }

    [Fact]
    public void ExplainImpossible_OfAPart_CountsThePart()
    {
        static JobRequest Part(JobRequest request) => request with { ComputeShareFraction = 0.5, MemoryBytes = 1 << 20 };

        Assert.Null(Explain(1, [Acme with { Quota = Quota(("k", 1), ("j", 0)) }], Part));
        Assert.NotNull(Explain(1, [Acme with { Quota = Quota(("k", 0), ("j", 0)) }], Part));
        Assert.NotNull(Explain(1, [Acme with { BorrowingLimit = 0 }], Part));
    }

    [Theory]
    [InlineData(1, 4, 0, null)]
    [InlineData(1, 0, 60, null)]
    [InlineData(2, 4, 30, null)]
    [InlineData(2, 5, 0, "cpuCoresPerAccelerator is 5, beside each of 2 accelerators; the pool's machines have room for that beside 1 (at most 8 cores on one, for all its accelerators of a kind): ask for less, or for minAccelerators: 1.")]
    [InlineData(2, 0, 31, "hostMemoryPerAccelerator is 31 bytes, beside each of 2 accelerators; the pool's machines have room for that beside 1 (at most 60 bytes of memory on one")]
    [InlineData(1, 9, 0, "cpuCoresPerAccelerator is 9, beside 1 accelerator; the pool's machines have room for that beside none (at most 8 cores on one, for all its accelerators of a kind): the most that could ever start is cpuCoresPerAccelerator: 8.")]
    [InlineData(1, 9, 3000000000, "cpuCoresPerAccelerator is 9 and hostMemoryPerAccelerator is 3 GB, beside 1 accelerator; the pool's machines have room for that beside none (at most 8 cores and 60 bytes of memory on one")]
    [InlineData(1, 0, 61, "hostMemoryPerAccelerator is 61 bytes, beside 1 accelerator")]
    public void ExplainImpossible_WhenNoMachineHasWhatItNeedsBeside_SaysWhatThereIs(int min, double cores, long bytes, string? expected)
    {
        var pool = new PoolSamples().Node("a", ("k", 10), ("k", 10)).Node("b", ("j", 5));
        pool.State.Nodes["a"] = pool.State.Nodes["a"] with { Host = new HostDescription { CpuCores = 8, MemoryBytes = 60 } };
        pool.State.Nodes["b"] = pool.State.Nodes["b"] with { Host = new HostDescription { CpuCores = 1, MemoryBytes = 1 } };
        var problem = PoolAdmission.ExplainImpossible(
            pool.State, pool.Job("job", min, 4, with: request => request with { CpuCoresPerAccelerator = cores, HostMemoryBytesPerAccelerator = bytes }).Request, [Acme]);
        Assert.True(expected is null ? problem is null : problem!.Contains(expected, StringComparison.Ordinal), problem);
    }

    [Fact]
    public void ExplainImpossible_OfAPart_CountsThatPartOfTheMachine()
    {
        var pool = new PoolSamples().Node("a", ("k", 10));
        pool.State.Nodes["a"] = pool.State.Nodes["a"] with { Host = new HostDescription { CpuCores = 2, MemoryBytes = 60 } };
        Assert.Null(PoolAdmission.ExplainImpossible(pool.State, pool.Job("part", with: request => request with { ComputeShareFraction = 0.25, CpuCoresPerAccelerator = 8 }).Request, [Acme]));
        Assert.NotNull(PoolAdmission.ExplainImpossible(pool.State, pool.Job("more", with: request => request with { ComputeShareFraction = 0.5, CpuCoresPerAccelerator = 8 }).Request, [Acme]));
    }

    [Fact]
    public void ExplainImpossible_WhenEitherWouldDoButNotBoth_NamesBoth()
    {
        var pool = new PoolSamples().Node("a", ("k", 10)).Node("b", ("k", 10));
        pool.State.Nodes["a"] = pool.State.Nodes["a"] with { Host = new HostDescription { CpuCores = 8, MemoryBytes = 10 } };
        pool.State.Nodes["b"] = pool.State.Nodes["b"] with { Host = new HostDescription { CpuCores = 1, MemoryBytes = 60 } };
        Assert.StartsWith(
            "cpuCoresPerAccelerator is 2 and hostMemoryPerAccelerator is 20 bytes, beside 1 accelerator;",
            PoolAdmission.ExplainImpossible(
                pool.State, pool.Job("job", with: request => request with { CpuCoresPerAccelerator = 2, HostMemoryBytesPerAccelerator = 20 }).Request, [Acme]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void ExplainImpossible_WhenANodeIsNotKnown_NamesThoseThatAre()
    {
        Assert.Equal(
            "nearNodes names 'zzz'; the pool has no such node (it has: a, b). Name those, or none: the pool knows itself which nodes hold the job's data.",
            Explain(1, [Acme], request => request with { NearNodes = ["a", "zzz"] }));
        Assert.Null(Explain(1, [Acme], request => request with { NearNodes = ["a", "b"] }));

        // What was accepted is not refused because a node was removed since.
        Assert.Null(Explain(1, [Acme], request => request with { NearNodes = ["zzz"], IsResubmitted = true }));
    }

    private static string? Explain(int min, IReadOnlyList<TenantSpec> line, Func<JobRequest, JobRequest>? with = null)
    {
        var pool = new PoolSamples().Node("a", ("k", 10), ("k", 10)).Node("b", ("j", 5));
        return PoolAdmission.ExplainImpossible(pool.State, pool.Job("job", min, 4, with: with).Request, line);
    }

    private static ImmutableDictionary<string, int> Quota(params (string Kind, int Count)[] limits) =>
        limits.ToImmutableDictionary(limit => limit.Kind, limit => limit.Count);
}
