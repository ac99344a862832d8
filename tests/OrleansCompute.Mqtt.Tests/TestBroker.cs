using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansCompute.Mqtt.Broker;
using OrleansCompute.Mqtt.Client;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.TestKit;

namespace OrleansCompute.Mqtt.Tests;

/// <summary>A broker on a free loopback port, with the clock under the test's control, and whatever clients were made for it.</summary>
internal sealed class TestBroker : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _clients = [];

    private TestBroker(MqttBrokerOptions options)
    {
        options.Port = 0;
        Broker = new MqttBroker(options, Handler, Clock, NullLoggerFactory.Instance);
    }

    public RecordingHandler Handler { get; } = new();

    public ManualTimeProvider Clock { get; } = new();

    public MqttBroker Broker { get; }

    public int Port => Broker.Endpoint.Port;

    public static async Task<TestBroker> StartAsync(Action<MqttBrokerOptions>? configure = null)
    {
        var options = new MqttBrokerOptions();
        configure?.Invoke(options);
        var broker = new TestBroker(options);
        await broker.Broker.StartAsync(CancellationToken.None);
        return broker;
    }

    public MqttClient NewClient(string id, Action<MqttClientOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new MqttClientOptions { Port = Port, ClientId = id, AutomaticReconnect = false, KeepAlive = TimeSpan.Zero };
        configure?.Invoke(options);
        var client = new MqttClient(options, time ?? TimeProvider.System);
        _clients.Add(client);
        return client;
    }

    public async Task<MqttClient> ConnectAsync(string id, Action<MqttClientOptions>? configure = null)
    {
        var client = NewClient(id, configure);
        await client.ConnectAsync(CancellationToken.None).OrFailAsync($"client {id} connects");
        return client;
    }

    /// <summary>A client that subscribes and collects what it gets.</summary>
    public async Task<(MqttClient Client, Inbox Inbox)> SubscribeAsync(
        string id, string filter, MqttQualityOfService qos = MqttQualityOfService.AtLeastOnce, Action<MqttClientOptions>? configure = null)
    {
        var client = NewClient(id, configure);
        var inbox = new Inbox(client);
        await client.ConnectAsync(CancellationToken.None).OrFailAsync($"client {id} connects");
        var result = await client.SubscribeAsync([new MqttSubscription(filter, qos)], CancellationToken.None).OrFailAsync("SUBACK");
        Assert.True(result.AllGranted);
        return (client, inbox);
    }

    public async Task<RawClient> ConnectRawAsync(string id, MqttProtocolVersion version, Func<ConnectPacket, ConnectPacket>? change = null)
    {
        var raw = await OpenRawAsync(version);
        var connect = new ConnectPacket { Version = version, ClientId = id, CleanStart = true };
        await raw.SendAsync(change?.Invoke(connect) ?? connect);
        var answer = Assert.IsType<ConnAckPacket>(await raw.ReadAsync());
        Assert.Equal(MqttReasonCode.Success, answer.Reason);
        return raw;
    }

    public async Task<RawClient> OpenRawAsync(MqttProtocolVersion version)
    {
        var raw = await RawClient.OpenAsync(Port, version);
        _clients.Add(raw);
        return raw;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await Broker.DisposeAsync();
    }

    public static MqttMessage Message(
        string topic, string payload, MqttQualityOfService qos = MqttQualityOfService.AtLeastOnce, bool retain = false) =>
        new() { Topic = topic, Payload = Encoding.UTF8.GetBytes(payload), QoS = qos, Retain = retain };

    internal sealed class Inbox
    {
        private readonly Channel<MqttMessage> _messages = Channel.CreateUnbounded<MqttMessage>();

        public Inbox(MqttClient client) => client.MessageHandler = (message, _) =>
        {
            _messages.Writer.TryWrite(message);
            return ValueTask.CompletedTask;
        };

        public async Task<MqttMessage> NextAsync(string what) => await _messages.Reader.ReadAsync().AsTask().OrFailAsync(what);

        public async Task<string> NextTextAsync(string what) => Encoding.UTF8.GetString((await NextAsync(what)).Payload.Span);

        public bool IsEmpty => !_messages.Reader.TryPeek(out _);
    }
}
