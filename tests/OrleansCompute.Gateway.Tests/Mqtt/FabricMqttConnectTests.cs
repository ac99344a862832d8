using OrleansCompute.Gateway.Tests.Support;
using OrleansCompute.Mqtt.Client;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.TestKit;

namespace OrleansCompute.Gateway.Tests.Mqtt;

public sealed class FabricMqttConnectTests
{
    [Theory]
    [InlineData("acme/cam-1", "wrong", MqttReasonCode.BadUserNameOrPassword)]
    [InlineData("acme/cam-2", "secret-of-cam-1", MqttReasonCode.BadUserNameOrPassword)]
    [InlineData("acme", "secret-of-cam-1", MqttReasonCode.BadUserNameOrPassword)]
    [InlineData("acme/cam-1/x", "secret-of-cam-1", MqttReasonCode.BadUserNameOrPassword)]
    [InlineData("ACME/cam-1", "secret-of-cam-1", MqttReasonCode.BadUserNameOrPassword)]
    [InlineData("acme/cam-1", null, MqttReasonCode.BadUserNameOrPassword)]
    [InlineData(null, null, MqttReasonCode.NotAuthorized)]
    public async Task Connect_WhenCredentialsAreWrong_IsRefusedWithAReason(string? userName, string? password, MqttReasonCode reason)
    {
        await using var host = await GatewayHost.StartAsync();
        await host.ProvisionAsync("acme", "cam-1");
        var client = host.Client(options => (options.UserName, options.Password) = (userName, password));

        var error = await Assert.ThrowsAsync<MqttConnectRefusedException>(() => client.ConnectAsync(CancellationToken.None));

        Assert.Equal(reason, error.Reason);
        Assert.Contains("password from provisioning", error.ServerText, StringComparison.Ordinal);
        Assert.Equal((0, 1), (host.Statistics.Snapshot().ConnectionsAccepted, host.Statistics.Snapshot().ConnectionsRefused));
    }

    [Theory]
    [InlineData("other.cam-1", false)]
    [InlineData("acme.cam-10", false)]
    [InlineData("acme/cam-1/2", true)]
    [InlineData("acme/cam-2", false)]
    [InlineData("camera", true)]
    public async Task Connect_WhenClientIdReadsAsAnotherDevices_IsRefused(string clientId, bool accepted)
    {
        await using var host = await GatewayHost.StartAsync();
        await host.ProvisionAsync("acme", "cam-1");
        var client = host.Client(options =>
            (options.ClientId, options.UserName, options.Password) = (clientId, "acme/cam-1", "secret-of-cam-1"));

        var error = await Record.ExceptionAsync(() => client.ConnectAsync(CancellationToken.None)) as MqttConnectRefusedException;

        Assert.Equal(accepted ? null : MqttReasonCode.ClientIdentifierNotValid, error?.Reason);
    }

    [Fact]
    public async Task Connect_WhenClientIdIsInUseByAnotherTenant_LeavesTheSessionAlone()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.ProvisionAsync("acme", "cam-1");
        await host.ProvisionAsync("other", "cam-1");
        var first = host.Client(o => (o.ClientId, o.UserName, o.Password) = ("same", "acme/cam-1", "secret-of-cam-1"));
        var second = host.Client(o => (o.ClientId, o.UserName, o.Password) = ("same", "other/cam-1", "secret-of-cam-1"));
        await first.ConnectAsync(CancellationToken.None);

        var error = await Assert.ThrowsAsync<MqttConnectRefusedException>(() => second.ConnectAsync(CancellationToken.None));

        Assert.Equal(MqttReasonCode.ClientIdentifierNotValid, error.Reason);
        Assert.True((await first.PublishAsync(GatewayHost.Telemetry("acme", "cam-1", 1, 1), CancellationToken.None)).IsAccepted);
    }

    [Fact]
    public async Task Connect_WhenWillIsOnAnotherDevicesTopic_IsRefused()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.ProvisionAsync("acme", "cam-1");
        var client = host.Client(options =>
        {
            (options.UserName, options.Password) = ("acme/cam-1", "secret-of-cam-1");
            options.Will = GatewayHost.Message("oc/v1/acme/cam-2/model/fashion/offer", new byte[] { 1 });
        });

        var error = await Assert.ThrowsAsync<MqttConnectRefusedException>(() => client.ConnectAsync(CancellationToken.None));

        Assert.Equal(MqttReasonCode.NotAuthorized, error.Reason);
    }

    [Fact]
    public async Task Connect_WhenDeviceComesAndGoes_AttachesAndDetachesOnce()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.ProvisionAsync("acme", "cam-1");
        var grain = host.Grains.Device("acme", "cam-1");

        var client = await host.ConnectAsync("acme", "cam-1");
        await grain.WhenAsync(g => g.Connection is not null).OrFailAsync("the grain heard of the connection");
        Assert.Equal("5.0", grain.Connection!.Protocol);
        Assert.Single(host.Grains.Observers);

        await client.DisconnectAsync(CancellationToken.None);
        await grain.WhenAsync(g => g.Detaches == 1).OrFailAsync("the grain heard of the end of the connection");
        Assert.Null(grain.Connection);
        Assert.Equal(1, grain.Attaches);
        await host.DisposeAsync();
        Assert.Empty(host.Grains.Observers);
    }

    [Fact]
    public async Task Connect_WhenAnonymousIsAllowed_IsAnOrdinaryBrokerOutsideTheFabric()
    {
        await using var host = await GatewayHost.StartAsync(options => options.AllowAnonymous = true);
        var received = new TaskCompletionSource<MqttMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        var subscriber = host.Client(_ => { });
        subscriber.MessageHandler = (message, _) =>
        {
            received.TrySetResult(message);
            return ValueTask.CompletedTask;
        };
        var publisher = host.Client(_ => { });
        await subscriber.ConnectAsync(CancellationToken.None);
        await publisher.ConnectAsync(CancellationToken.None);
        Assert.True((await subscriber.SubscribeAsync([new MqttSubscription("house/+")], CancellationToken.None)).AllGranted);

        var result = await publisher.PublishAsync(GatewayHost.Message("house/kitchen", new byte[] { 42 }), CancellationToken.None);

        Assert.True(result.IsAccepted);
        var message = await received.Task.OrFailAsync("the subscriber got the message");
        Assert.Equal(("house/kitchen", 42), (message.Topic, message.Payload.Span[0]));
    }

    [Fact]
    public async Task Publish_WhenAnonymousActsAsADevice_ReachesItsGrain()
    {
        await using var host = await GatewayHost.StartAsync(options => options.AllowAnonymous = true);
        await host.ProvisionAsync("acme", "cam-1");
        var client = host.Client(_ => { });
        await client.ConnectAsync(CancellationToken.None);

        Assert.True((await client.PublishAsync(GatewayHost.Telemetry("acme", "cam-1", 1, 3), CancellationToken.None)).IsAccepted);

        await host.Grains.Device("acme", "cam-1").WhenAsync(g => g.Readings.Count == 3 && g.Connection is not null)
            .OrFailAsync("the twin got the readings and knows the connection");
    }
}
