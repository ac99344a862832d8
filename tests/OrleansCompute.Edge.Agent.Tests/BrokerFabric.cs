using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansCompute.Edge.Agent.Tests.Models;
using OrleansCompute.Edge.Protocol.Payloads;
using OrleansCompute.Edge.Protocol.Topics;
using OrleansCompute.Mqtt.Broker;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.TestKit;

namespace OrleansCompute.Edge.Agent.Tests;

/// <summary>
/// The real broker on a free port of 127.0.0.1, with a fabric in memory that records what arrives and answers requests for pieces.
/// </summary>
internal sealed class BrokerFabric : IMqttBrokerHandler, IAsyncDisposable
{
    public const string Password = "s3cret";
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, TelemetryReading> _readings = [];
    private readonly Dictionary<long, int> _results = [];
    private readonly Dictionary<DeviceChannel, int> _attempts = [];
    private readonly List<DeviceReport> _reports = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MqttBroker? _broker;

    public int Port { get; private set; }

    public byte[] Package { get; set; } = [];

    public ConcurrentDictionary<string, CommandResult> CommandResults { get; } = new();

    public SortedDictionary<long, TelemetryReading> Readings => Locked(() => new SortedDictionary<long, TelemetryReading>(_readings));

    /// <summary>Whether the n-th message of a channel, from 1, is refused as by a fabric whose store fails.</summary>
    public Func<DeviceChannel, int, bool> Fails { get; set; } = (_, _) => false;

    /// <summary>How often each image was classified.</summary>
    public Dictionary<long, int> Results => Locked(() => new Dictionary<long, int>(_results));

    /// <summary>How many messages of a channel came, refused or not.</summary>
    public int Attempts(DeviceChannel channel) => Locked(() => _attempts.GetValueOrDefault(channel));

    public IReadOnlyList<DeviceReport> Reports => Locked(() => _reports.ToArray());

    /// <summary>Starts, on the same port the second time.</summary>
    public async Task StartAsync()
    {
        if (Port == 0)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            Port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        _broker = new MqttBroker(new MqttBrokerOptions { Port = Port }, this, TimeProvider.System, NullLoggerFactory.Instance);
        await _broker.StartAsync(CancellationToken.None);
    }

    public async Task StopAsync()
    {
        if (_broker is { } broker)
        {
            _broker = null;
            await broker.DisposeAsync();
        }
    }

    public async Task PublishAsync(string topic, byte[] payload) => await _broker!.PublishAsync(
        new MqttMessage { Topic = topic, Payload = payload, QoS = MqttQualityOfService.AtLeastOnce }, CancellationToken.None);

    /// <summary>Awaits what the fabric records.</summary>
    public async Task WhenAsync(Func<bool> condition, string what)
    {
        while (true)
        {
            var changed = Locked(() => _changed.Task);
            if (condition())
            {
                return;
            }

            await changed.OrFailAsync(what);
        }
    }

    public ValueTask<MqttConnectDecision> OnConnectAsync(MqttConnectRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Encoding.UTF8.GetString(request.Password.Span) == Password
            ? MqttConnectDecision.Accept()
            : MqttConnectDecision.Refuse(MqttReasonCode.BadUserNameOrPassword));

    public ValueTask<MqttPublishDecision> OnPublishAsync(MqttInboundPublish publish, CancellationToken cancellationToken)
    {
        Assert.True(DeviceTopic.TryParse(publish.Topic, out var topic, out var reason), reason);
        Record(() => _attempts[topic.Channel] = _attempts.GetValueOrDefault(topic.Channel) + 1);
        if (Fails(topic.Channel, Attempts(topic.Channel)))
        {
            return ValueTask.FromResult(MqttPublishDecision.Refuse(MqttReasonCode.UnspecifiedError));
        }

        var payload = new ReadOnlySequence<byte>(publish.Payload.ToArray());
        switch (topic.Channel)
        {
            case DeviceChannel.Telemetry when TelemetryCodec.TryDecode(payload, out var batch, out _):
                Record(() => batch.Readings.ToList().ForEach(reading => _readings[reading.Sequence] = reading));
                break;
            case DeviceChannel.Inference when InferenceReportCodec.TryDecode(payload, out var report, out _):
                Record(() => report.Results.ToList().ForEach(
                    result => _results[result.SampleIndex] = _results.GetValueOrDefault(result.SampleIndex) + 1));
                break;
            case DeviceChannel.StateReported when DeviceReportCodec.TryDecode(payload, out var report, out _):
                Record(() => _reports.Add(report));
                break;
            case DeviceChannel.CommandResult when CommandResultCodec.TryDecode(payload, out var result, out _):
                Record(() => CommandResults[topic.CommandId!] = result);
                break;
            case DeviceChannel.ModelFetch when ModelFetchCodec.TryDecode(payload, out var fetch, out _):
                return AnswerAsync(topic, fetch);
            default:
                return ValueTask.FromResult(MqttPublishDecision.Refuse(MqttReasonCode.PayloadFormatInvalid));
        }

        return ValueTask.FromResult(MqttPublishDecision.Consume);
    }

    public MqttSubscribeDecision OnSubscribe(MqttSubscribeRequest request) => MqttSubscribeDecision.Allow();

    public void OnConnected(MqttSessionInfo session)
    {
    }

    public void OnDisconnected(MqttSessionInfo session, MqttDisconnectCause cause)
    {
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async ValueTask<MqttPublishDecision> AnswerAsync(DeviceTopic topic, ModelFetch fetch)
    {
        var output = new ArrayBufferWriter<byte>();
        ModelChunkCodec.Encode(output, ModelFabric.Piece(fetch, Package));
        await PublishAsync(DeviceTopics.ModelChunk(topic.Tenant, topic.Device, topic.ModelName!), output.WrittenSpan.ToArray());
        return MqttPublishDecision.Consume;
    }

    private void Record(Action action)
    {
        lock (_gate)
        {
            action();
            var changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.SetResult();
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
