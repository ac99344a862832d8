using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using OrleansCompute.Contracts.Datasets;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.Grains.Tests.Jobs;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Pools;

/// <summary>Limits of tenants that come while a round is being put together.</summary>
public sealed class PoolTenantTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Round_WhenATenantsFirstJobsComeWhileTenantsAreRead_KeepsItsQuota()
    {
        var get = new CallTrap(nameof(ITenantGrain.Get));
        await using var fabric = await FabricCluster.StartAsync(
            [new TestNode("a"), new TestNode("b"), new TestNode("c")],
            pool: options => options.RoundPeriod = TimeSpan.FromHours(1),
            silo: silo =>
            {
                silo.AddIncomingGrainCallFilter(get);
                silo.Services.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromDays(1));
            });
        await fabric.AddDatasetAsync(JobSamples.Data);
        await fabric.Grains.GetGrain<ITenantGrain>("beta").Configure(new TenantSpec { Name = "beta", MaxAccelerators = 1 });
        var (images, labels) = SampleData.Make();
        await fabric.Grains.GetGrain<IDatasetGrain>($"beta/{JobSamples.Data}").AddVersion(await fabric.PutAsync(images), await fabric.PutAsync(labels));

        // It runs on one node, the next round frees another one and reads tenants for long.
        await fabric.Pool.SetDraining("c", true);
        await fabric.Job("first").Submit(JobSamples.Fixed(JobSamples.Endless("first")));
        await Eventually.GetAsync(() => fabric.Pool.GetStatus(), pool => pool is { Leases.Length: 1, IsDeciding: false }, "the first runs", Limit);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        get.Set(context =>
        {
            if (context.TargetId.Key.ToString() != FabricCluster.TenantName)
            {
                return Task.CompletedTask;
            }

            reached.TrySetResult();
            return open.Task;
        });
        await fabric.Pool.SetDraining("c", false);
        await reached.Task.OrFailAsync("a round reads tenants");
        foreach (var job in new[] { "one", "two" })
        {
            await fabric.Grains.GetGrain<IJobGrain>($"beta/{job}").Submit(JobSamples.Fixed(JobSamples.Endless(job)) with { Tenant = "beta" });
        }

        await Eventually.GetAsync(() => fabric.Pool.GetStatus(), pool => pool.Queue.Length == 2, "both wait", Limit);
        get.Clear();
        open.SetResult();
        var pool = await Eventually.GetAsync(() => fabric.Pool.GetStatus(), pool => pool.Leases.Length > 1, "one of them runs", Limit);
        Assert.Single(pool.Leases, lease => lease.Tenant == "beta");
        pool = await Eventually.GetAsync(
            () => fabric.Pool.GetStatus(), pool => pool.Queue is [{ Reason: var reason }] && reason.Contains("beta", StringComparison.Ordinal), "the other says why", Limit);
        Assert.Equal(2, pool.Leases.Length);
    }
}
