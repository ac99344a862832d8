using System.Net;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Mqtt.Client;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.TestKit;

namespace OrleansCompute.Silo.Tests;

public sealed class FabricServerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task StartAsync_OnFreePorts_HasMeasuredNodesInThePoolAndAnswersOnBothDoors()
    {
        await using var server = await TestServer.StartAsync(folder["data"], nodes: ["n1", "n2"]);
        using var api = TestServer.Api(server);

        var nodes = (await api.Pools.GetAsync()).Nodes;
        Assert.Equal(["n1", "n2"], nodes.Select(node => node.Name).Order(StringComparer.Ordinal));
        Assert.All(nodes, node =>
        {
            Assert.Equal(NodeState.Ready, node.State);
            Assert.True(Assert.Single(node.Accelerators).Accelerator.ScoreGflops > 0, $"{node.Name} is not measured");
        });
        Assert.Equal(server.MqttEndpoint.ToString(), (await api.Server.GetStatusAsync()).MqttEndpoint);

        await api.Tenants.ConfigureAsync(new TenantSpec { Name = "acme" });
        var credentials = await api.Devices.ProvisionAsync("acme", "cam-1");
        await using var device = TestServer.Mqtt(server, credentials.UserName, credentials.Secret);
        await device.ConnectAsync(CancellationToken.None).OrFailAsync("the device connected");
        var subscribed = await device.SubscribeAsync([new MqttSubscription("oc/v1/acme/cam-1/state/desired")], CancellationToken.None);
        Assert.True(subscribed.AllGranted);

        using var http = new HttpClient { BaseAddress = server.HttpAddress };
        using var page = await http.GetAsync(server.CreateSignInLink());
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("OrleansCompute", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_WhenAKeyIsWrong_AnswersWithAClearError()
    {
        await using var server = await TestServer.StartAsync(folder["data"]);
        using var stranger = TestServer.Api(server, "op_0000000000000000000000000000000000000000");

        var error = await Assert.ThrowsAsync<FabricApiException>(() => stranger.Pools.GetAsync());

        Assert.Equal(HttpStatusCode.Unauthorized, error.Status);
        Assert.NotEmpty(error.Detail);
    }

    [Fact]
    public async Task StartAsync_AgainOnTheSameData_KeepsKeysTenantsAndDevices()
    {
        var first = await TestServer.StartAsync(folder["data"]);
        var operatorKey = first.OperatorKey;
        string tenantKey;
        Contracts.Devices.DeviceCredentials credentials;
        using (var api = TestServer.Api(first))
        {
            await api.Tenants.ConfigureAsync(new TenantSpec { Name = "acme", MaxAccelerators = 7 });
            tenantKey = await api.Tenants.IssueApiKeyAsync("acme");
            credentials = await api.Devices.ProvisionAsync("acme", "cam-1");
        }

        await TestServer.StopAsync(first);
        await using var second = await TestServer.StartAsync(folder["data"]);

        Assert.Equal(operatorKey, second.OperatorKey);
        using var again = TestServer.Api(second, tenantKey);
        Assert.Equal(7, (await again.Tenants.GetAsync("acme")).MaxAccelerators);
        await using var device = TestServer.Mqtt(second, credentials.UserName, credentials.Secret);
        await device.ConnectAsync(CancellationToken.None).OrFailAsync("the device connected with its old secret");

        // The same signing key, or every device would refuse the next model.
        Assert.Equal(credentials.ModelPublicKey, (await again.Devices.ProvisionAsync("acme", "cam-2")).ModelPublicKey);
    }

    [Fact]
    public async Task DisposeAsync_LeavesNothingListeningAndTheFolderFree()
    {
        var server = await TestServer.StartAsync(folder["data"]);
        int[] ports = [server.HttpAddress.Port, server.MqttEndpoint.Port];
        Assert.All(await Task.WhenAll(ports.Select(TestServer.IsListeningAsync)), Assert.True);

        await TestServer.StopAsync(server);

        Assert.All(await Task.WhenAll(ports.Select(TestServer.IsListeningAsync)), Assert.False);
        await using var next = await TestServer.StartAsync(folder["data"], ports[0], ports[1]);
        Assert.Equal((ports[0], ports[1]), (next.HttpAddress.Port, next.MqttEndpoint.Port));
    }

    [Fact]
    public async Task StartAsync_WhenAnonymousIsAllowed_AsksNobodyForAPassword()
    {
        await using var server = await FabricServer.StartAsync(
            new FabricServerOptions { DataFolder = folder["data"], AllowAnonymous = true, Nodes = [TestServer.Node("n1")] },
            TimeProvider.System,
            CancellationToken.None);

        Assert.Equal(server.HttpAddress, server.CreateSignInLink());
        await using var client = new MqttClient(
            new MqttClientOptions { Port = server.MqttEndpoint.Port, ClientId = "anyone", AutomaticReconnect = false }, TimeProvider.System);
        await client.ConnectAsync(CancellationToken.None).OrFailAsync("a client without a password connected");
    }
}
