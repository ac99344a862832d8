using OrleansCompute.Mqtt.Broker;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Tests.Broker;

public sealed class SubscriptionTests
{
    [Fact]
    public async Task Retained_WhenReplacedAndCleared_GivesTheLastOrNothing()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.Broker.PublishAsync(TestBroker.Message("d/1/state", "old", retain: true), CancellationToken.None);
        await broker.Broker.PublishAsync(TestBroker.Message("d/1/state", "new", retain: true), CancellationToken.None);
        await broker.Broker.PublishAsync(TestBroker.Message("d/2/state", "x", retain: true), CancellationToken.None);
        await broker.Broker.PublishAsync(TestBroker.Message("d/2/state", "", retain: true), CancellationToken.None);

        var (_, inbox) = await broker.SubscribeAsync("s", "d/+/state");
        await broker.Broker.PublishAsync(TestBroker.Message("d/1/state", "live", retain: true), CancellationToken.None);

        var first = await inbox.NextAsync("the retained message");
        Assert.True(first.Retain);
        Assert.Equal("new"u8.ToArray(), first.Payload.ToArray());
        var second = await inbox.NextAsync("the live message");
        Assert.False(second.Retain);
        Assert.Equal(1, broker.Broker.Statistics.RetainedMessages);
    }

    [Fact]
    public async Task Subscribe_WhenNotAuthorised_IsRefusedPerFilter()
    {
        await using var broker = await TestBroker.StartAsync();
        broker.Handler.Subscribe = request => request.Subscription.Filter switch
        {
            "mine" => MqttSubscribeDecision.Allow(),
            "slow" => MqttSubscribeDecision.Allow(MqttQualityOfService.AtMostOnce),
            _ => MqttSubscribeDecision.Refuse(MqttReasonCode.NotAuthorized),
        };
        var client = await broker.ConnectAsync("c");

        var result = await client.SubscribeAsync([new("mine"), new("theirs"), new("slow"), new("$share/g/mine")], CancellationToken.None);

        Assert.Equal(
            [MqttReasonCode.GrantedQoS1, MqttReasonCode.NotAuthorized,
                MqttReasonCode.Success, MqttReasonCode.SharedSubscriptionsNotSupported],
            result.Reasons);
    }

    [Fact]
    public async Task Subscribe_WhenFiltersOverlap_DeliversOnceWithTheHighestQoSAndAllIdentifiers()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = await broker.ConnectRawAsync("s", MqttProtocolVersion.V500);
        await raw.SendAsync(
            Subscribe(1, 11, new MqttSubscription("a/#", MqttQualityOfService.AtMostOnce)),
            Subscribe(2, 22, new MqttSubscription("a/+", MqttQualityOfService.AtLeastOnce)));
        await raw.ReadAsync<SubAckPacket>();
        await raw.ReadAsync<SubAckPacket>();

        await broker.Broker.PublishAsync(TestBroker.Message("a/b", "x"), CancellationToken.None);
        await broker.Broker.PublishAsync(TestBroker.Message("a", "y"), CancellationToken.None);

        var both = await raw.ReadAsync<PublishPacket>();
        Assert.Equal(MqttQualityOfService.AtLeastOnce, both.QoS);
        Assert.Equal([11u, 22u], both.Properties!.SubscriptionIdentifiers!.Order());
        Assert.Equal("a", (await raw.ReadAsync<PublishPacket>()).Topic);
    }

    [Fact]
    public async Task Subscribe_WithNoLocalAndRetainAsPublished_IsObeyed()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.NewClient("c");
        var inbox = new TestBroker.Inbox(client);
        await client.ConnectAsync(CancellationToken.None);
        await client.SubscribeAsync([new MqttSubscription("t") { NoLocal = true, RetainAsPublished = true }], CancellationToken.None);

        await client.PublishAsync(TestBroker.Message("t", "own"), CancellationToken.None);
        var other = await broker.ConnectAsync("d");
        await other.PublishAsync(TestBroker.Message("t", "foreign", retain: true), CancellationToken.None);

        var message = await inbox.NextAsync("the other's message");
        Assert.Equal("foreign"u8.ToArray(), message.Payload.ToArray());
        Assert.True(message.Retain);
    }

    [Fact]
    public async Task Unsubscribe_WhenDone_StopsDelivery()
    {
        await using var broker = await TestBroker.StartAsync();
        var (client, _) = await broker.SubscribeAsync("s", "t");

        await client.UnsubscribeAsync(["t"], CancellationToken.None);

        Assert.Equal(0, (await broker.Broker.PublishAsync(TestBroker.Message("t", "x"), CancellationToken.None)).QueuedSessions);
    }

    private static SubscribePacket Subscribe(ushort id, uint identifier, MqttSubscription subscription) => new()
    {
        PacketId = id, Subscriptions = [subscription], Properties = new MqttProperties { SubscriptionIdentifiers = [identifier] },
    };
}
