using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Grains.Tests.Fabric;

namespace OrleansCompute.Grains.Tests.Tenants;

[Collection(SharedFabricCollection.Name)]
public sealed class TenantGrainTests(SharedFabric shared)
{
    private readonly FabricCluster _fabric = shared.Fabric;

    [Fact]
    public async Task Configure_WhenReadBackAfterDeactivation_IsTheSameAndListed()
    {
        var spec = new TenantSpec
        {
            Name = "t-configure",
            MaxAccelerators = 3,
            Plan = new PricePlan { Currency = "CHF", PerAcceleratorHour = 1.25m },
        };
        var tenant = Tenant(spec.Name);
        await tenant.Configure(spec);
        await _fabric.DeactivateAsync(tenant);
        Assert.Equal(spec, await tenant.Get());
        Assert.Contains(spec.Name, await _fabric.Grains.GetGrain<ITenantDirectoryGrain>(ITenantDirectoryGrain.Key).List());
    }

    [Theory]
    [InlineData(0, "EUR", "0", "maxAccelerators is 0; allowed: 1 to 1024")]
    [InlineData(1025, "EUR", "0", "maxAccelerators is 1025; allowed: 1 to 1024")]
    [InlineData(1, "euro", "0", "plan.currency is 'euro'")]
    [InlineData(1, "eur", "0", "plan.currency is 'eur'")]
    [InlineData(1, "EUR", "-0.01", "plan.perAcceleratorHour is -0.01; allowed: 0 to 1000000")]
    public async Task Configure_WhenOutOfRange_NamesValueAndRange(int accelerators, string currency, string price, string expected)
    {
        var spec = new TenantSpec
        {
            Name = "t-range",
            MaxAccelerators = accelerators,
            Plan = new PricePlan { Currency = currency, PerAcceleratorHour = decimal.Parse(price, System.Globalization.CultureInfo.InvariantCulture) },
        };
        var error = await Assert.ThrowsAsync<FabricRefusedException>(() => Tenant("t-range").Configure(spec));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FabricNotFoundException>(() => Tenant("t-range").Get());
    }

    [Fact]
    public async Task Configure_WhenLimitsAreAboveWhatThePoolHas_RefusesThemUnlessItIsToGrow()
    {
        var capacity = await _fabric.Pool.GetCapacity();
        var (kind, count) = Assert.Single(capacity);
        Assert.Equal(2, count);
        var spec = new TenantSpec { Name = "t-capacity", Quota = capacity.SetItem(kind, 3), Weight = 2 };
        var error = await Assert.ThrowsAsync<FabricRefusedException>(() => Tenant("t-capacity").Configure(spec));
        Assert.StartsWith($"quota.{kind} is 3; pool default has 2, so that it would limit nothing. Allowed: 0 to 2", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FabricNotFoundException>(() => Tenant("t-capacity").Get());

        // It is said for one request, and what was accepted stays when others change.
        Assert.False((await Tenant("t-capacity").Configure(spec with { AheadOfCapacity = true })).AheadOfCapacity);
        spec = await Tenant("t-capacity").Get();
        Assert.Equal((3, false), (spec.Quota[kind], spec.AheadOfCapacity));
        await Tenant("t-capacity").Configure(spec with { Weight = 3 });
        await Assert.ThrowsAsync<FabricRefusedException>(() => Tenant("t-capacity").Configure(spec with { Quota = capacity.SetItem(kind, 4) }));

        await Tenant("t-capacity").Configure(spec with { Guaranteed = capacity.SetItem(kind, 1) });
        try
        {
            error = await Assert.ThrowsAsync<FabricRefusedException>(
                () => Tenant("t-sibling").Configure(new TenantSpec { Name = "t-sibling", Guaranteed = capacity.SetItem(kind, 2), AheadOfCapacity = true }));
            Assert.Contains("of which 1 is guaranteed to tenant t-capacity already", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            await Tenant("t-capacity").Configure(spec);
        }
    }

    [Fact]
    public async Task Configure_WhenNameIsAnother_IsRefused()
    {
        var error = await Assert.ThrowsAsync<FabricRefusedException>(() => Tenant("t-mine").Configure(new TenantSpec { Name = "t-yours" }));
        Assert.Contains("'t-yours'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_WhenNeverConfigured_SaysSo()
    {
        var error = await Assert.ThrowsAsync<FabricNotFoundException>(() => Tenant("t-none").Get());
        Assert.Equal("There is no tenant 't-none'; create it with `oc tenant create t-none`, or with POST /api/v1/tenants.", error.Message);
    }

    [Fact]
    public async Task VerifyApiKey_WhenReplaced_OnlyTheNewOneHolds()
    {
        var tenant = Tenant("t-key");
        await tenant.Configure(new TenantSpec { Name = "t-key" });
        Assert.False(await tenant.VerifyApiKey("oc_t-key_anything"));
        var first = await tenant.IssueApiKey();
        Assert.True(await tenant.VerifyApiKey(first));
        Assert.False(await tenant.VerifyApiKey(first + "0"));
        Assert.False(await tenant.VerifyApiKey(""));
        Assert.False(await tenant.VerifyApiKey(new string('x', 100_000)));
        var second = await tenant.IssueApiKey();
        Assert.False(await tenant.VerifyApiKey(first));
        await _fabric.DeactivateAsync(tenant);
        Assert.True(await tenant.VerifyApiKey(second));
    }

    [Fact]
    public async Task VerifyApiKey_WhenOfAnotherTenant_IsFalse()
    {
        await Tenant("t-one").Configure(new TenantSpec { Name = "t-one" });
        await Tenant("t-two").Configure(new TenantSpec { Name = "t-two" });
        var key = await Tenant("t-one").IssueApiKey();
        await Tenant("t-two").IssueApiKey();
        Assert.False(await Tenant("t-two").VerifyApiKey(key));
    }

    [Fact]
    public async Task Register_WhenRepeated_ListsOnceAndKindsApart()
    {
        var tenant = Tenant("t-register");
        await tenant.Configure(new TenantSpec { Name = "t-register" });
        await tenant.Register(TenantResource.Job, "b");
        await tenant.Register(TenantResource.Job, "a");
        await tenant.Register(TenantResource.Job, "b");
        await tenant.Register(TenantResource.Model, "m");
        await _fabric.DeactivateAsync(tenant);
        Assert.Equal("a b", string.Join(' ', await tenant.List(TenantResource.Job)));
        Assert.Equal("m", string.Join(' ', await tenant.List(TenantResource.Model)));
        Assert.Empty(await tenant.List(TenantResource.Rollout));
    }

    [Fact]
    public async Task Register_WhenNameIsMalformed_IsRefused()
    {
        var error = await Assert.ThrowsAsync<FabricRefusedException>(() => _fabric.Tenant.Register(TenantResource.Device, "a/b"));
        Assert.Contains("'a/b'", error.Message, StringComparison.Ordinal);
    }

    private ITenantGrain Tenant(string name) => _fabric.Grains.GetGrain<ITenantGrain>(name);
}
