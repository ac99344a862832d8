using System.Text;
using System.Threading.Channels;
using OrleansCompute.Mqtt.Broker;
using OrleansCompute.Mqtt.Client;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.TestKit;

namespace OrleansCompute.Mqtt.Tests.Client;

/// <summary>A client whose connection to the real broker is cut, over a relay.</summary>
public sealed class ReconnectTests
{
    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Publish_WhenCutBeforeTheAnswers_SendsAgainAsDuplicatesInOrder(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        await using var relay = new PacketRelay(broker.Port, version);
        var client = await ConnectAsync(broker, relay, version);

        relay.Loses = type => type == MqttPacketType.PubAck;
        var publishes = Enumerable.Range(0, 5).Select(i => PublishAsync(client, $"{i}", MqttQualityOfService.AtLeastOnce)).ToArray();
        await relay.WhenSentAsync<PublishPacket>(0, 5);
        relay.Cut(losesNothingAfter: true);

        Assert.All(await Task.WhenAll(publishes).OrFailAsync("every message was acknowledged"), result => Assert.True(result.IsAccepted));
        var first = relay.Sent<PublishPacket>(0);
        var again = relay.Sent<PublishPacket>(1);
        Assert.Equal(["0", "1", "2", "3", "4"], again.Select(Text));
        Assert.Equal(first.Select(packet => packet.PacketId), again.Select(packet => packet.PacketId));
        Assert.All(first, packet => Assert.False(packet.Duplicate));
        Assert.All(again, packet => Assert.True(packet.Duplicate));
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311, false)]
    [InlineData(MqttProtocolVersion.V311, true)]
    [InlineData(MqttProtocolVersion.V500, false)]
    [InlineData(MqttProtocolVersion.V500, true)]
    public async Task Publish_WhenExactlyOnceIsCutBetweenItsSteps_ArrivesOnce(MqttProtocolVersion version, bool released)
    {
        var lost = released ? MqttPacketType.PubComp : MqttPacketType.PubRec;
        await using var broker = await TestBroker.StartAsync();
        await using var relay = new PacketRelay(broker.Port, version);
        var (_, inbox) = await broker.SubscribeAsync("reader", "a/#", MqttQualityOfService.ExactlyOnce);
        var client = await ConnectAsync(broker, relay, version);

        relay.Loses = type => type == lost;
        var publishes = Enumerable.Range(0, 5).Select(i => PublishAsync(client, $"{i}", MqttQualityOfService.ExactlyOnce)).ToArray();
        await relay.WhenSentAsync<PublishPacket>(0, 5);
        if (released)
        {
            await relay.WhenSentAsync<AckPacket>(0, 5, packet => packet.Type == MqttPacketType.PubRel);
        }

        relay.Cut(losesNothingAfter: true);

        Assert.All(await Task.WhenAll(publishes).OrFailAsync("every message was delivered"), result => Assert.True(result.IsAccepted));
        Assert.Equal(released ? 0 : 5, relay.Sent<PublishPacket>(1).Count(packet => packet.Duplicate));
        Assert.Equal(5, relay.Sent<AckPacket>(1).Count(packet => packet.Type == MqttPacketType.PubRel));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal($"{i}", await inbox.NextTextAsync($"message {i}"));
        }

        Assert.Equal(5, broker.Handler.Published.Count);
        Assert.True(inbox.IsEmpty);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Reconnect_WhenTheSessionIsGone_SubscribesAgainAndSendsWhatWasNotAnsweredAsNew(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        await using var relay = new PacketRelay(broker.Port, version);
        var client = broker.NewClient("c", options =>
        {
            Configure(options, relay, version);
            (options.CleanStart, options.SessionExpiry) = (true, TimeSpan.Zero);
        });
        var inbox = new TestBroker.Inbox(client);
        var states = States(client);
        await client.ConnectAsync(CancellationToken.None).OrFailAsync("connected");
        await client.SubscribeAsync(
            [new MqttSubscription("a/#"), new MqttSubscription("b", MqttQualityOfService.ExactlyOnce)],
            CancellationToken.None).OrFailAsync("SUBACK");
        await client.UnsubscribeAsync(["b"], CancellationToken.None).OrFailAsync("UNSUBACK");
        Assert.Equal(new MqttConnectionState.Connected(false), await NextAsync(states));

        relay.Loses = _ => true;
        var publish = PublishAsync(client, "x", MqttQualityOfService.AtLeastOnce);
        await relay.WhenSentAsync<PublishPacket>(0, 1);
        relay.Cut(losesNothingAfter: true);

        Assert.True((await publish.OrFailAsync("it was acknowledged")).IsAccepted);
        Assert.IsType<MqttConnectionState.Reconnecting>(await NextAsync(states));
        Assert.Equal(new MqttConnectionState.Connected(false), await NextAsync(states));
        Assert.Equal(["a/#"], Assert.Single(relay.Sent<SubscribePacket>(1)).Subscriptions.Select(subscription => subscription.Filter));
        Assert.False(Assert.Single(relay.Sent<PublishPacket>(1)).Duplicate);

        // The subscription went out before the message, so the client gets what it sent itself.
        Assert.Equal("x", await inbox.NextTextAsync("the message over the renewed subscription"));
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Reconnect_WhenTheSessionIsKept_GetsWhatWasSentMeanwhileWithoutSubscribingAgain(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        await using var relay = new PacketRelay(broker.Port, version);
        var client = broker.NewClient("c", options => Configure(options, relay, version));
        var inbox = new TestBroker.Inbox(client);
        await client.ConnectAsync(CancellationToken.None).OrFailAsync("connected");
        await client.SubscribeAsync([new MqttSubscription("a/#")], CancellationToken.None).OrFailAsync("SUBACK");
        var other = await broker.ConnectAsync("other");

        relay.Refuses = true;
        relay.Cut();
        Assert.Equal("c", (await broker.Handler.NextDisconnectAsync()).ClientId);
        for (var i = 0; i < 3; i++)
        {
            await PublishAsync(other, $"{i}", MqttQualityOfService.AtLeastOnce).OrFailAsync("acknowledged");
        }

        relay.Refuses = false;

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal($"{i}", await inbox.NextTextAsync($"message {i}"));
        }

        Assert.Equal(2, relay.ConnectionCount);
        Assert.Empty(relay.Sent<SubscribePacket>(1));
    }

    [Fact]
    public async Task Reconnect_WhenTheBrokerIsAway_TriesAgainWithGrowingDelaysAndKeepsWhatIsToBeAcknowledged()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var relay = new PacketRelay(broker.Port, MqttProtocolVersion.V500);
        var client = broker.NewClient("c", options =>
        {
            Configure(options, relay, MqttProtocolVersion.V500);
            options.Random = new LongestDelay();
            options.ReconnectMaximumDelay = TimeSpan.FromMilliseconds(4);
        });
        var states = States(client);
        await client.ConnectAsync(CancellationToken.None).OrFailAsync("connected");
        Assert.IsType<MqttConnectionState.Connected>(await NextAsync(states));

        relay.Refuses = true;
        relay.Cut();
        var expected = new[] { 1, 2, 4, 4 };
        for (var i = 0; i < expected.Length; i++)
        {
            var state = Assert.IsType<MqttConnectionState.Reconnecting>(await NextAsync(states));
            Assert.Equal((i + 1, expected[i]), (state.Attempt, state.Delay.TotalMilliseconds));
            Assert.NotEmpty(state.Cause);
        }

        Assert.False(client.IsConnected);
        var kept = PublishAsync(client, "kept", MqttQualityOfService.AtLeastOnce);
        await Assert.ThrowsAsync<MqttNotConnectedException>(() => PublishAsync(client, "lost", MqttQualityOfService.AtMostOnce));
        relay.Refuses = false;

        Assert.True((await kept.OrFailAsync("the message was acknowledged after the outage")).IsAccepted);
        Assert.Equal([("a/x", "kept")], broker.Handler.Published);
    }

    [Fact]
    public async Task Publish_WhenA311BrokerRefusesForAWhile_ComesBackLessAndLessOftenAndLosesNothing()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var relay = new PacketRelay(broker.Port, MqttProtocolVersion.V311);
        var refusals = 3;
        broker.Handler.Publish = _ => ValueTask.FromResult(
            refusals-- > 0 ? MqttPublishDecision.Refuse(MqttReasonCode.UnspecifiedError) : MqttPublishDecision.Forward);
        var client = broker.NewClient("c", options =>
        {
            Configure(options, relay, MqttProtocolVersion.V311);
            options.Random = new LongestDelay();
            options.ReconnectMaximumDelay = TimeSpan.FromMinutes(1);
        });
        var states = States(client);
        await client.ConnectAsync(CancellationToken.None).OrFailAsync("connected");

        Assert.True((await PublishAsync(client, "x", MqttQualityOfService.AtLeastOnce).OrFailAsync("accepted in the end")).IsAccepted);

        Assert.Equal(4, relay.ConnectionCount);
        for (var i = 0; i < 3; i++)
        {
            Assert.IsType<MqttConnectionState.Connected>(await NextAsync(states));
            var state = Assert.IsType<MqttConnectionState.Reconnecting>(await NextAsync(states));
            Assert.Equal((1, 1 << i), (state.Attempt, state.Delay.TotalMilliseconds));
        }
    }

    [Fact]
    public async Task Reconnect_WhenTheSessionWasTakenOver_DoesNotTakePlace()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var relay = new PacketRelay(broker.Port, MqttProtocolVersion.V500);
        var client = broker.NewClient("c", options => Configure(options, relay, MqttProtocolVersion.V500));
        var states = States(client);
        await client.ConnectAsync(CancellationToken.None).OrFailAsync("connected");
        Assert.IsType<MqttConnectionState.Connected>(await NextAsync(states));

        await broker.ConnectAsync("c");

        var end = Assert.IsType<MqttConnectionState.Disconnected>(await NextAsync(states));
        Assert.Equal(MqttReasonCode.SessionTakenOver, end.Reason);
        Assert.Equal(1, relay.ConnectionCount);
        await Assert.ThrowsAsync<MqttNotConnectedException>(() => PublishAsync(client, "x", MqttQualityOfService.AtLeastOnce));
    }

    [Fact]
    public async Task Disconnect_WhenReconnecting_EndsItAndFailsWhatWasNotAcknowledged()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var relay = new PacketRelay(broker.Port, MqttProtocolVersion.V500);
        var client = broker.NewClient("c", options =>
        {
            Configure(options, relay, MqttProtocolVersion.V500);
            options.Random = new LongestDelay();
            (options.ReconnectMinimumDelay, options.ReconnectMaximumDelay) = (TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        });
        var states = States(client);
        await client.ConnectAsync(CancellationToken.None).OrFailAsync("connected");
        Assert.IsType<MqttConnectionState.Connected>(await NextAsync(states));
        relay.Cut();
        Assert.IsType<MqttConnectionState.Reconnecting>(await NextAsync(states));
        var waiting = PublishAsync(client, "x", MqttQualityOfService.AtLeastOnce);

        await client.DisconnectAsync(CancellationToken.None).OrFailAsync("the client gave up");

        await Assert.ThrowsAsync<MqttNotConnectedException>(() => waiting.OrFailAsync("the message failed"));
        Assert.IsType<MqttConnectionState.Disconnected>(await NextAsync(states));
    }

    private static async Task<MqttClient> ConnectAsync(TestBroker broker, PacketRelay relay, MqttProtocolVersion version)
    {
        var client = broker.NewClient("c", options => Configure(options, relay, version));
        await client.ConnectAsync(CancellationToken.None).OrFailAsync("connected");
        return client;
    }

    private static void Configure(MqttClientOptions options, PacketRelay relay, MqttProtocolVersion version)
    {
        (options.Port, options.ProtocolVersion) = (relay.Port, version);
        (options.CleanStart, options.AutomaticReconnect) = (false, true);
        options.SessionExpiry = version == MqttProtocolVersion.V500 ? TimeSpan.FromMinutes(1) : TimeSpan.Zero;
        options.ReconnectMinimumDelay = TimeSpan.FromMilliseconds(1);
        options.ReconnectMaximumDelay = TimeSpan.FromMilliseconds(20);
    }

    private static Task<MqttPublishResult> PublishAsync(MqttClient client, string text, MqttQualityOfService qos) =>
        client.PublishAsync(TestBroker.Message("a/x", text, qos), CancellationToken.None).AsTask();

    private static string Text(PublishPacket packet) => Encoding.UTF8.GetString(packet.Payload);

    private static ChannelReader<MqttConnectionState> States(MqttClient client)
    {
        var states = Channel.CreateUnbounded<MqttConnectionState>();
        client.ConnectionChanged += state => states.Writer.TryWrite(state);
        return states.Reader;
    }

    private static Task<MqttConnectionState> NextAsync(ChannelReader<MqttConnectionState> states) =>
        states.ReadAsync().AsTask().OrFailAsync("another state of the connection");

    // Delays are drawn from zero to a limit: this makes them the limit.
    private sealed class LongestDelay : Random
    {
        public override double NextDouble() => 1;
    }
}
