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
}
