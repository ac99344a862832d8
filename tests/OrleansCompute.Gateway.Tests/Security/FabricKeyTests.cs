using System.Net;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Gateway.Tests.Support;

namespace OrleansCompute.Gateway.Tests.Security;

public sealed class FabricKeyTests
{
    [Fact]
    public async Task Request_WhenKeyIsMissingOrWrong_Answers401()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.ProvisionAsync("acme", "cam-1");
        foreach (var key in new[] { null, "wrong", "oc_acme_wrong", "oc_nobody_wrong", "oc_", "oc_ACME_x", GatewayHost.OperatorKey + "x" })
        {
            using var api = host.Api(key);
            var error = await Assert.ThrowsAsync<FabricApiException>(() => api.Devices.ListAsync("acme"));
            Assert.Equal(HttpStatusCode.Unauthorized, error.Status);
            Assert.Contains("Authorization: Bearer KEY", error.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Request_WhenTenantsKey_ReachesItsOwnRoutesOnly()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.ProvisionAsync("acme", "cam-1");
        await host.ProvisionAsync("beta", "cam-2");
        using var operators = host.Api();
        using var acme = host.Api(await operators.Tenants.IssueApiKeyAsync("acme"));

        Assert.Equal(["cam-1"], (await acme.Devices.ListAsync("acme")).Select(d => d.Device));
        Func<Task>[] forbidden =
        [
            () => acme.Devices.ListAsync("beta"),
            () => acme.Devices.ProvisionAsync("beta", "cam-2"),
            () => acme.Tenants.IssueApiKeyAsync("beta"),
            () => acme.Jobs.CancelAsync("beta", "job"),
            () => acme.Artifacts.UploadAsync("beta", new MemoryStream([1])),
            () => acme.Usage.GetInvoiceAsync("beta", "2026-01"),
            () => acme.Tenants.ListAsync(),
            () => acme.Tenants.ConfigureAsync(new TenantSpec { Name = "acme", MaxAccelerators = 1000 }),
            () => acme.Nodes.ListAsync(),
            () => acme.Pools.GetAsync(),
            () => acme.Server.GetStatusAsync(),
            () => acme.Devices.ListAsync("does-not-exist"),
        ];
        foreach (var request in forbidden)
        {
            var error = await Assert.ThrowsAsync<FabricApiException>(request);
            Assert.Equal(
                (HttpStatusCode.Forbidden,
                "The key is that of tenant 'acme'; allowed: what lies under /api/v1/tenants/acme/. "
                + "Use an operator's key for anything else."),
                (error.Status, error.Detail));
        }
    }

    [Fact]
    public async Task Request_WhenTenantGotANewKey_RefusesTheOldOne()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.ProvisionAsync("acme", "cam-1");
        using var operators = host.Api();
        using var old = host.Api(await operators.Tenants.IssueApiKeyAsync("acme"));

        using var renewed = host.Api(await old.Tenants.IssueApiKeyAsync("acme"));

        Assert.Single(await renewed.Devices.ListAsync("acme"));
        Assert.Equal(
            HttpStatusCode.Unauthorized, (await Assert.ThrowsAsync<FabricApiException>(() => old.Devices.ListAsync("acme"))).Status);
    }

    [Fact]
    public async Task Request_WhenAnonymousIsAllowed_ActsAsOperatorButAWrongKeyIsStillWrong()
    {
        await using var host = await GatewayHost.StartAsync(options => (options.AllowAnonymous, options.OperatorKey) = (true, null));
        using var nobody = host.Api(null);
        using var wrong = host.Api("wrong");

        Assert.Empty(await nobody.Tenants.ListAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, (await Assert.ThrowsAsync<FabricApiException>(() => wrong.Tenants.ListAsync())).Status);
    }
}
