using System.Text;
using OrleansCompute.Mqtt.Broker;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Tests.Broker;

public sealed class SessionTests
{
    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Session_WhenPersistentAndAway_KeepsSubscriptionsAndMessagesInOrder(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        void Persistent(Mqtt.Client.MqttClientOptions options) =>
            (options.ProtocolVersion, options.CleanStart, options.SessionExpiry) = (version, false, TimeSpan.FromHours(1));
        var (first, _) = await broker.SubscribeAsync("s", "t/#", configure: Persistent);
        await first.DisconnectAsync(CancellationToken.None);
        await broker.Handler.NextDisconnectAsync();
        for (var i = 0; i < 20; i++)
        {
            await broker.Broker.PublishAsync(TestBroker.Message($"t/{i}", $"{i}"), CancellationToken.None);
            await broker.Broker.PublishAsync(TestBroker.Message("t/x", "qos 0", MqttQualityOfService.AtMostOnce), CancellationToken.None);
        }

        var second = broker.NewClient("s", Persistent);
        var inbox = new TestBroker.Inbox(second);
        var result = await second.ConnectAsync(CancellationToken.None);

        Assert.True(result.SessionPresent);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal($"{i}", await inbox.NextTextAsync($"queued message {i}"));
        }
    }

    [Fact]
    public async Task Session_WhenItsExpiryHasPassed_IsGone()
    {
        await using var broker = await TestBroker.StartAsync();
        var (client, _) = await broker.SubscribeAsync("s", "t", configure: options => options.SessionExpiry = TimeSpan.FromSeconds(60));
        await client.DisconnectAsync(CancellationToken.None);
        await broker.Handler.NextDisconnectAsync();

        broker.Clock.Advance(TimeSpan.FromSeconds(58));
        Assert.Equal(1, broker.Broker.Statistics.Sessions);
        broker.Clock.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(0, broker.Broker.Statistics.Sessions);
        Assert.Equal(0, broker.Broker.Statistics.Subscriptions);
    }

    [Fact]
    public async Task Queue_WhenFull_DropsTheNewestAndCounts()
    {
        await using var broker = await TestBroker.StartAsync(options => options.MaximumQueuedMessages = 10);
        var (client, _) = await broker.SubscribeAsync("s", "t", configure: options => options.SessionExpiry = TimeSpan.FromHours(1));
        await client.DisconnectAsync(CancellationToken.None);
        await broker.Handler.NextDisconnectAsync();

        var dropped = 0;
        for (var i = 0; i < 15; i++)
        {
            dropped += (await broker.Broker.PublishAsync(TestBroker.Message("t", $"{i}"), CancellationToken.None)).DroppedSessions;
        }

        Assert.Equal(5, dropped);
        Assert.Equal(5, broker.Broker.Statistics.MessagesDropped);
    }

    [Fact]
    public async Task Message_WhenUnacknowledged_IsRepeatedAsDuplicateOnTheNextConnection()
    {
        await using var broker = await TestBroker.StartAsync();
        ConnectPacket Persistent(ConnectPacket _) => new()
        {
            Version = MqttProtocolVersion.V500, ClientId = "s",
            Properties = new MqttProperties { SessionExpiryInterval = 100, ReceiveMaximum = 2 },
        };
        var raw = await broker.ConnectRawAsync("s", MqttProtocolVersion.V500, Persistent);
        await raw.SendAsync(new SubscribePacket { PacketId = 1, Subscriptions = [new MqttSubscription("t")] });
        await raw.ReadAsync<SubAckPacket>();
        for (var i = 0; i < 3; i++)
        {
            await broker.Broker.PublishAsync(TestBroker.Message("t", $"{i}"), CancellationToken.None);
        }

        var first = await raw.ReadAsync<PublishPacket>();
        var second = await raw.ReadAsync<PublishPacket>();
        await raw.SendAsync(new PingPacket(MqttPacketType.PingReq));
        await raw.ReadAsync<PingPacket>();
        await raw.DisposeAsync();
        await broker.Handler.NextDisconnectAsync();
        var again = await broker.ConnectRawAsync("s", MqttProtocolVersion.V500, Persistent);
        var third = await again.ReadAsync<PublishPacket>();
        var fourth = await again.ReadAsync<PublishPacket>();
        await again.SendAsync(new AckPacket(MqttPacketType.PubAck) { PacketId = third.PacketId });
        var fifth = await again.ReadAsync<PublishPacket>();

        Assert.False(first.Duplicate || second.Duplicate);
        Assert.True(third.Duplicate && fourth.Duplicate);
        Assert.Equal((first.PacketId, second.PacketId), (third.PacketId, fourth.PacketId));
        Assert.False(fifth.Duplicate);
        Assert.Equal("2", Encoding.UTF8.GetString(fifth.Payload.FirstSpan));
    }

    [Fact]
    public async Task Will_WhenTheConnectionBreaks_IsPublishedAndAfterDisconnectNot()
    {
        await using var broker = await TestBroker.StartAsync();
        var (_, inbox) = await broker.SubscribeAsync("watch", "wills/#");
        ConnectPacket WithWill(ConnectPacket connect) => new()
        {
            Version = connect.Version, ClientId = connect.ClientId, CleanStart = true,
            Will = new WillMessage { Topic = $"wills/{connect.ClientId}",
                Payload = "gone"u8.ToArray(), QoS = MqttQualityOfService.AtLeastOnce },
        };

        var polite = await broker.ConnectRawAsync("polite", MqttProtocolVersion.V311, WithWill);
        await polite.SendAsync(new DisconnectPacket());
        Assert.Equal(("polite", MqttDisconnectCause.ClientDisconnected), await broker.Handler.NextDisconnectAsync());
        var rude = await broker.ConnectRawAsync("rude", MqttProtocolVersion.V311, WithWill);
        await rude.DisposeAsync();

        Assert.Equal("wills/rude", (await inbox.NextAsync("the will")).Topic);
        Assert.True(inbox.IsEmpty);
    }

    [Fact]
    public async Task Will_WhenDelayed_WaitsAndIsForgottenWhenTheClientIsBack()
    {
        await using var broker = await TestBroker.StartAsync();
        var (_, inbox) = await broker.SubscribeAsync("watch", "wills/#");
        ConnectPacket WithWill(ConnectPacket connect) => new()
        {
            Version = connect.Version, ClientId = connect.ClientId,
            Properties = new MqttProperties { SessionExpiryInterval = 1_000 },
            Will = new WillMessage
            {
                Topic = $"wills/{connect.ClientId}", Payload = "gone"u8.ToArray(),
                Properties = new MqttProperties { WillDelayInterval = 30 },
            },
        };

        var back = await broker.ConnectRawAsync("back", MqttProtocolVersion.V500, WithWill);
        await back.DisposeAsync();
        await broker.Handler.NextDisconnectAsync();
        var away = await broker.ConnectRawAsync("away", MqttProtocolVersion.V500, WithWill);
        await away.DisposeAsync();
        await broker.Handler.NextDisconnectAsync();
        broker.Clock.Advance(TimeSpan.FromSeconds(20));
        await broker.ConnectRawAsync("back", MqttProtocolVersion.V500, WithWill);
        Assert.True(inbox.IsEmpty);
        broker.Clock.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal("wills/away", (await inbox.NextAsync("the delayed will")).Topic);
        Assert.True(inbox.IsEmpty);
    }
}
