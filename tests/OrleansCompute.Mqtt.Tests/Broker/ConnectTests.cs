using System.Text;
using OrleansCompute.Mqtt.Broker;
using OrleansCompute.Mqtt.Client;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Tests.Broker;

public sealed class ConnectTests
{
    [Theory]
    [InlineData(MqttProtocolVersion.V311, null)]
    [InlineData(MqttProtocolVersion.V500, "who are you?")]
    public async Task ConnectAsync_WhenThePasswordIsWrong_IsRefusedWithTheReason(MqttProtocolVersion version, string? text)
    {
        await using var broker = await TestBroker.StartAsync();
        broker.Handler.Connect = request => Encoding.UTF8.GetString(request.Password.Span) == "right"
            ? MqttConnectDecision.Accept()
            : MqttConnectDecision.Refuse(MqttReasonCode.BadUserNameOrPassword, "who are you?");
        var client =
            broker.NewClient("c", options => (options.ProtocolVersion, options.UserName, options.Password) = (version, "u", "wrong"));

        var error = await Assert.ThrowsAsync<MqttConnectRefusedException>(() => client.ConnectAsync(CancellationToken.None));

        Assert.Equal(MqttReasonCode.BadUserNameOrPassword, error.Reason);
        Assert.Equal(text, error.ServerText);
        Assert.Equal(1, broker.Broker.Statistics.ConnectionsRefused);
        await broker.ConnectAsync("d", options => (options.ProtocolVersion, options.UserName, options.Password) = (version, "u", "right"));
    }

    [Fact]
    public async Task ConnectAsync_WhenTheHandlerThrows_IsRefusedAsUnavailable()
    {
        await using var broker = await TestBroker.StartAsync();
        broker.Handler.Connect = _ => throw new InvalidOperationException("directory down");

        var error = await Assert.ThrowsAsync<MqttConnectRefusedException>(
            () => broker.NewClient("c").ConnectAsync(CancellationToken.None));

        Assert.Equal(MqttReasonCode.ServerUnavailable, error.Reason);
    }

    [Fact]
    public async Task ConnectAsync_WhenNobodyListens_NamesHostAndPort()
    {
        await using var broker = await TestBroker.StartAsync();
        var port = broker.Port;
        await broker.Broker.StopAsync(CancellationToken.None);
        await using var client = new MqttClient(new MqttClientOptions { Port = port }, TimeProvider.System);

        var error = await Assert.ThrowsAsync<IOException>(() => client.ConnectAsync(CancellationToken.None));

        Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectAsync_WhenTheClientIdIsEmpty_GetsOneAssigned()
    {
        await using var broker = await TestBroker.StartAsync();

        var first = await broker.NewClient("").ConnectAsync(CancellationToken.None);
        var second = await broker.NewClient("").ConnectAsync(CancellationToken.None);

        Assert.NotEmpty(first.ClientId);
        Assert.NotEqual(first.ClientId, second.ClientId);
    }

    [Fact]
    public async Task Connect_WhenTheClientIdIsTaken_ClosesTheOlderConnectionWithTheReason()
    {
        await using var broker = await TestBroker.StartAsync();
        var older = await broker.ConnectRawAsync("same", MqttProtocolVersion.V500);

        await broker.ConnectRawAsync("same", MqttProtocolVersion.V500);

        Assert.Equal(MqttReasonCode.SessionTakenOver, (await older.ReadAsync<DisconnectPacket>()).Reason);
        Assert.Null(await older.ReadAsync());
        Assert.Equal(["+same", "-same:TakenOver", "+same"], broker.Handler.Lifecycle);
        Assert.Equal(1, broker.Broker.Statistics.Sessions);
    }

    [Fact]
    public async Task Connect_WhenAnAuthenticationMethodIsGiven_IsRefused()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = await broker.OpenRawAsync(MqttProtocolVersion.V500);

        await raw.SendAsync(new ConnectPacket
        {
            Version = MqttProtocolVersion.V500,
            ClientId = "c",
            CleanStart = true,
            Properties = new MqttProperties { AuthenticationMethod = "SCRAM" },
        });

        Assert.Equal(MqttReasonCode.BadAuthenticationMethod, (await raw.ReadAsync<ConnAckPacket>()).Reason);
        Assert.Null(await raw.ReadAsync());
    }

    [Fact]
    public async Task Connect_WhenTheProtocolIsOlder_IsRefusedWithReturnCodeOne()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = await broker.OpenRawAsync(MqttProtocolVersion.V311);

        await raw.SendBytesAsync(Convert.FromHexString("100F00064D51497364700302000A000163"));

        Assert.Equal(MqttReasonCode.UnsupportedProtocolVersion, (await raw.ReadAsync<ConnAckPacket>()).Reason);
        Assert.Null(await raw.ReadAsync());
    }

    [Fact]
    public async Task Connect_WhenItDoesNotComeInTime_ClosesTheConnection()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = await broker.OpenRawAsync(MqttProtocolVersion.V500);
        await raw.SendBytesAsync(new byte[] { 0x10 });
        while (broker.Broker.Statistics.Connections == 0)
        {
            await Task.Yield();
        }

        broker.Clock.Advance(TimeSpan.FromSeconds(12));

        Assert.Null(await raw.ReadAsync());
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task KeepAlive_WhenNothingArrivesForOneAndAHalf_ClosesTheConnection(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = await broker.ConnectRawAsync("c", version, connect => new ConnectPacket
        {
            Version = version, ClientId = connect.ClientId, CleanStart = true, KeepAliveSeconds = 10,
        });

        broker.Clock.Advance(TimeSpan.FromSeconds(14));
        await raw.SendAsync(new PingPacket(MqttPacketType.PingReq));
        await raw.ReadAsync<PingPacket>();
        broker.Clock.Advance(TimeSpan.FromSeconds(14));
        await raw.SendAsync(new PingPacket(MqttPacketType.PingReq));
        await raw.ReadAsync<PingPacket>();
        broker.Clock.Advance(TimeSpan.FromSeconds(16));

        if (version == MqttProtocolVersion.V500)
        {
            Assert.Equal(MqttReasonCode.KeepAliveTimeout, (await raw.ReadAsync<DisconnectPacket>()).Reason);
        }

        Assert.Null(await raw.ReadAsync());
        Assert.Equal(("c", MqttDisconnectCause.KeepAliveTimeout), await broker.Handler.NextDisconnectAsync());
    }
}
