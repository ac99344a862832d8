using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Grains.Pools;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Grains.Tests.Pools;

public sealed class PoolQuestionTests
{
    [Theory]
    [InlineData(3, 3, 50)]
    [InlineData(3, 3, 1)]
    [InlineData(1, 3, 1)]
    public void Decide_WhenTheSlowestHasAHundredthOfTheSpeed_AGangOfThatSizeStartsAllTheSame(int min, int max, int batchSize)
    {
        var pool = new PoolSamples { Tenants = TenantTree.Create([new TenantQuota { Name = "acme", MaxAccelerators = 1024 }]) }.Node("strong", ("avx512", 90)).Node("half", ("avx512", 45)).Node("weak", ("scalar", 0.8));
        pool.Job("gang", min, max, with: request => request with { BatchSize = batchSize });
        var (changes, decisions) = pool.Round();
        Assert.True(changes.Count == 1 && changes[0].Grants.Length >= min, decisions[0].Reason);
    }

    [Fact]
    public void ToChange_WhenTheNodeHasTwoKinds_DrainsBoth()
    {
        var pool = new PoolSamples().Node("mixed", ("k", 10), ("j", 5)).Node("plain", ("k", 10));
        var layout = pool.Ask().Layout;
        Assert.Equal(["mixed/j", "mixed/k", "plain"], WhatIfMapper.ToChange(new WhatIfQuestion { Drain = ["mixed", "plain"] }, layout).Drained.ToArray());
        var error = Assert.Throws<FabricRefusedException>(() => WhatIfMapper.ToChange(new WhatIfQuestion { Drain = ["mixed/k"] }, layout));
        Assert.Contains("'mixed/k'; the pool has: mixed, plain.", error.Message, StringComparison.Ordinal);
    }
}
