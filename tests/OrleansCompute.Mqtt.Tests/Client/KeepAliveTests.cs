using System.Threading.Channels;
using OrleansCompute.Mqtt.Client;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.TestKit;

namespace OrleansCompute.Mqtt.Tests.Client;

/// <summary>The client's pings, on a clock that the test moves.</summary>
public sealed class KeepAliveTests
{
    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Ping_WhenTheBrokerAnswers_KeepsTheConnectionUp(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        await using var relay = new PacketRelay(broker.Port, version);
        var client = await ConnectAsync(broker, relay, options => options.ProtocolVersion = version);

        for (var pings = 1; pings <= 5; pings++)
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            await relay.WhenSentAsync<PingPacket>(0, pings);

            // The broker answers in order: after this acknowledgement the answer to the ping has been read.
            Assert.True((await PublishAsync(client)).IsAccepted);
        }

        Assert.True(client.IsConnected);
        Assert.Equal(1, relay.ConnectionCount);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Ping_WhenTheBrokerIsSilent_EndsTheConnectionAfterTheKeepAlive(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        await using var relay = new PacketRelay(broker.Port, version);
        var states = Channel.CreateUnbounded<MqttConnectionState>();
        var client = await ConnectAsync(
            broker, relay, options => options.ProtocolVersion = version, state => states.Writer.TryWrite(state));
        Assert.IsType<MqttConnectionState.Connected>(await NextAsync(states));

        relay.Loses = _ => true;
        _clock.Advance(TimeSpan.FromSeconds(5));
        await relay.WhenSentAsync<PingPacket>(0, 1);
        Assert.True(client.IsConnected);
        _clock.Advance(TimeSpan.FromSeconds(5));

        var end = Assert.IsType<MqttConnectionState.Disconnected>(await NextAsync(states));
        Assert.Contains("ping within 5 s", end.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ping_WhenTheBrokerIsSilent_ReconnectsAndSendsWhatWasNotAnswered()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var relay = new PacketRelay(broker.Port, MqttProtocolVersion.V500);
        var client = await ConnectAsync(broker, relay, options =>
        {
            (options.AutomaticReconnect, options.CleanStart, options.SessionExpiry) = (true, false, TimeSpan.FromMinutes(1));
            options.Random = new NoDelay();
        });

        // Nothing gets through on the first connection, whenever it comes.
        relay.Loses = _ => relay.ConnectionCount == 1;
        var publish = PublishAsync(client);
        await relay.WhenSentAsync<PublishPacket>(0, 1);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await relay.WhenSentAsync<PingPacket>(0, 1);
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.True((await publish.OrFailAsync("the message was acknowledged on the next connection")).IsAccepted);
        Assert.True(Assert.Single(relay.Sent<PublishPacket>(1)).Duplicate);
    }

    [Fact]
    public async Task Connect_WhenTheBrokerIsSilent_TimesOut()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var relay = new PacketRelay(broker.Port, MqttProtocolVersion.V500) { Loses = _ => true };
        var client = NewClient(broker, relay, options => options.ConnectTimeout = TimeSpan.FromSeconds(3));

        var connecting = client.ConnectAsync(CancellationToken.None);
        await relay.WhenSentAsync<ConnectPacket>(0, 1);
        _clock.Advance(TimeSpan.FromSeconds(3));

        await Task.WhenAny(connecting).OrFailAsync("the attempt ended");
        var error = await Assert.ThrowsAsync<TimeoutException>(() => connecting);
        Assert.Contains($"127.0.0.1:{relay.Port}", error.Message, StringComparison.Ordinal);
    }

    private async Task<MqttClient> ConnectAsync(
        TestBroker broker, PacketRelay relay, Action<MqttClientOptions> configure, Action<MqttConnectionState>? changed = null)
    {
        var client = NewClient(broker, relay, configure);
        client.ConnectionChanged += changed;
        await client.ConnectAsync(CancellationToken.None).OrFailAsync("connected");
        return client;
    }

    private MqttClient NewClient(TestBroker broker, PacketRelay relay, Action<MqttClientOptions> configure) => broker.NewClient(
        "c",
        options =>
        {
            (options.Port, options.KeepAlive) = (relay.Port, TimeSpan.FromSeconds(10));
            configure(options);
        },
        _clock);

    private static Task<MqttPublishResult> PublishAsync(MqttClient client) =>
        client.PublishAsync(TestBroker.Message("a", "x"), CancellationToken.None).AsTask();

    private static Task<MqttConnectionState> NextAsync(Channel<MqttConnectionState> states) =>
        states.Reader.ReadAsync().AsTask().OrFailAsync("another state of the connection");

    private sealed class NoDelay : Random
    {
        public override double NextDouble() => 0;
    }
}
