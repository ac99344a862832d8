using System.Collections.Immutable;
using System.Net;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Gateway.Tests.Jobs;
using OrleansCompute.Gateway.Tests.Support;

namespace OrleansCompute.Gateway.Tests.Rest;

/// <summary>Pools, nodes and what tenants may know of them, through the SDK and Kestrel.</summary>
public sealed class PoolApiTests : IAsyncLifetime
{
    private GatewayHost host = null!;
    private FabricClient api = null!;

    public async Task InitializeAsync()
    {
        host = await GatewayHost.StartAsync();
        api = host.Api();
        await api.Tenants.ConfigureAsync(new TenantSpec { Name = "acme" });
    }

    public async Task DisposeAsync()
    {
        api.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task WhatIf_WhenAsked_CarriesTheWholeQuestionAndAnswer()
    {
        var report = await api.Pools.WhatIfAsync(new WhatIfQuestion
        {
            AddNodes = [new NodesToAdd { Kind = "cpu-avx2", Count = 3, AcceleratorsPerNode = 2 }],
            Drain = ["node-a"],
            Jobs = [new JobAdjustment { Tenant = "acme", Job = "one", MinAccelerators = 2 }],
            Quotas = [new QuotaAdjustment { Tenant = "acme", MaxAccelerators = 4, Kind = "cpu-avx2" }],
        });

        Assert.Equal(
            [("acme/one", "starts", "2 × cpu-avx2"), ("acme/mover", "moves", "elsewhere")],
            report.Effects.Select(effect => (effect.Job, effect.Effect, effect.After)));
        Assert.Equal((1, 3.0), (report.Unchanged, report.HeldAfter));
    }

    [Fact]
    public async Task Drain_WhenAskedAndTakenBack_ChangesTheNode()
    {
        Assert.Equal(NodeState.Draining, (await api.Nodes.DrainAsync("node-a")).State);
        Assert.Equal(NodeState.Draining, Assert.Single(await api.Nodes.ListAsync()).State);
        Assert.Equal(NodeState.Ready, (await api.Nodes.UndrainAsync("node-a")).State);
        await RefusedAsync(HttpStatusCode.NotFound, "no node 'node-x'; it has: node-a", () => api.Nodes.DrainAsync("node-x"));
        await RefusedAsync(HttpStatusCode.BadRequest, "node is 'No Node'", () => api.Nodes.DrainAsync("No Node"));
    }

    [Fact]
    public async Task Drain_WhenTheNodeIsRemovedMeanwhile_IsNotFound()
    {
        var error = await Assert.ThrowsAsync<FabricApiException>(() => api.Nodes.DrainAsync("node-a", "fleeting"));
        Assert.Equal((HttpStatusCode.NotFound, true), (error.Status, error.Detail.Contains("has no node 'node-a' any more", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Reclaim_WhenAnnouncedAndTakenBack_ShowsTheTime()
    {
        var node = await api.Nodes.ReclaimAsync("node-a", TimeSpan.FromMinutes(2));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddMinutes(2), node.ReclaimAt);
        Assert.Equal((8.0, 16L << 30, "r1", 0.25m, true), (node.Host!.CpuCores, node.Host.MemoryBytes, node.Host.Rack, node.Host.PricePerAcceleratorHour, node.Host.IsReclaimable));
        Assert.NotNull(Assert.Single(await api.Nodes.ListAsync()).ReclaimAt);
        Assert.Null((await api.Nodes.CancelReclaimAsync("node-a")).ReclaimAt);
        await RefusedAsync(HttpStatusCode.NotFound, "no node 'node-x'", () => api.Nodes.ReclaimAsync("node-x", TimeSpan.Zero));
        await RefusedAsync(HttpStatusCode.BadRequest, "withinSeconds is -1; allowed: 0 to 2592000", () => api.Nodes.ReclaimAsync("node-a", TimeSpan.FromSeconds(-1)));
        await RefusedAsync(HttpStatusCode.BadRequest, "withinSeconds is 2592001; allowed", () => api.Nodes.ReclaimAsync("node-a", TimeSpan.FromSeconds(2_592_001)));
    }

    [Fact]
    public async Task Remove_WhenForced_TakesTheNodeAway()
    {
        await RefusedAsync(HttpStatusCode.BadRequest, "drain it first", () => api.Nodes.RemoveAsync("node-a"));
        await RefusedAsync(HttpStatusCode.NotFound, "node-x", () => api.Nodes.RemoveAsync("node-x", force: true));
        Assert.Empty((await api.Nodes.RemoveAsync("node-a", force: true)).Nodes);
    }

    [Fact]
    public async Task Why_WhenATenantAsks_DoesNotNameOthers()
    {
        await api.Jobs.SubmitYamlAsync("acme", JobSpecYamlTests.Sound);
        using var tenant = host.Api(await api.Tenants.IssueApiKeyAsync("acme"));

        Assert.Equal("held by another tenant", (await tenant.Jobs.WhyAsync("acme", "fashion-cnn")).Sentence);
        Assert.Equal("held by beta/secret", (await api.Jobs.WhyAsync("acme", "fashion-cnn")).Sentence);
        await RefusedAsync(HttpStatusCode.NotFound, "nobody", () => tenant.Jobs.WhyAsync("acme", "nobody"));
    }

    [Fact]
    public async Task Set_WhenATenantRaisesItsBudget_IsTakenOver()
    {
        await api.Jobs.SubmitYamlAsync("acme", JobSpecYamlTests.Sound);
        using var tenant = host.Api(await api.Tenants.IssueApiKeyAsync("acme"));

        var set = await tenant.Jobs.SetAsync("acme", "fashion-cnn", new JobSettings { Budget = 12.5m, Priority = 3 });

        Assert.Equal((12.5m, 3), (set.Spec.Resources.Budget, set.Spec.Resources.Priority));
        Assert.Null((await tenant.Jobs.SetAsync("acme", "fashion-cnn", new JobSettings { NoBudget = true })).Spec.Resources.Budget);
    }

    [Fact]
    public async Task TenantsKey_OnPoolsAndNodes_IsForbidden()
    {
        using var tenant = host.Api(await api.Tenants.IssueApiKeyAsync("acme"));
        foreach (var request in (Func<Task>[])
        [
            () => tenant.Pools.WhatIfAsync(new WhatIfQuestion()),
            () => tenant.Nodes.DrainAsync("node-a"),
            () => tenant.Nodes.UndrainAsync("node-a"),
            () => tenant.Nodes.ReclaimAsync("node-a", TimeSpan.Zero),
            () => tenant.Nodes.CancelReclaimAsync("node-a"),
            () => tenant.Nodes.RemoveAsync("node-a", force: true),
            () => tenant.Jobs.SetAsync("beta", "job", new JobSettings { Budget = 1 }),
            () => tenant.Jobs.WhyAsync("beta", "job"),
        ])
        {
            await RefusedAsync(HttpStatusCode.Forbidden, "The key is that of tenant 'acme'", request);
        }
    }

    [Fact]
    public async Task Tenants_WhenLimitsAreSet_KeepThemAll()
    {
        var spec = new TenantSpec
        {
            Name = "acme",
            MaxAccelerators = 7,
            Parent = "top",
            Weight = 2.5,
            Quota = ImmutableDictionary<string, int>.Empty.Add("cpu-avx2", 3),
            Guaranteed = ImmutableDictionary<string, int>.Empty.Add("cpu-avx2", 1),
            BorrowingLimit = 2,
            LendingLimit = 0,
        };
        await api.Tenants.ConfigureAsync(spec);

        var kept = await api.Tenants.GetAsync("acme");

        Assert.Equal(spec with { Quota = kept.Quota, Guaranteed = kept.Guaranteed }, kept);
        Assert.Equal((3, 1), (kept.Quota["cpu-avx2"], kept.Guaranteed["cpu-avx2"]));
    }

    private static async Task RefusedAsync(HttpStatusCode status, string detail, Func<Task> request)
    {
        var error = await Assert.ThrowsAsync<FabricApiException>(request);
        Assert.Equal(status, error.Status);
        Assert.Contains(detail, error.Detail, StringComparison.Ordinal);
    }
}
