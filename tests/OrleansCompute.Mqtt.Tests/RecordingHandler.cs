using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using OrleansCompute.Mqtt.Broker;

namespace OrleansCompute.Mqtt.Tests;

/// <summary>Accepts and forwards everything unless a test replaces a decision; records what happened.</summary>
internal sealed class RecordingHandler : IMqttBrokerHandler
{
    private readonly Channel<(string ClientId, MqttDisconnectCause Cause)> _disconnects =
        Channel.CreateUnbounded<(string, MqttDisconnectCause)>();

    public Func<MqttConnectRequest, MqttConnectDecision> Connect { get; set; } = _ => MqttConnectDecision.Accept();

    public Func<MqttInboundPublish, ValueTask<MqttPublishDecision>> Publish { get; set; } =
        _ => ValueTask.FromResult(MqttPublishDecision.Forward);

    public Func<MqttSubscribeRequest, MqttSubscribeDecision> Subscribe { get; set; } = _ => MqttSubscribeDecision.Allow();

    public ConcurrentQueue<(string Topic, string Payload)> Published { get; } = new();

    public ConcurrentQueue<string> Lifecycle { get; } = new();

    public ValueTask<MqttConnectDecision> OnConnectAsync(MqttConnectRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Connect(request));

    public ValueTask<MqttPublishDecision> OnPublishAsync(MqttInboundPublish publish, CancellationToken cancellationToken)
    {
        Published.Enqueue((publish.Topic, Encoding.UTF8.GetString(publish.Payload)));
        return Publish(publish);
    }

    public MqttSubscribeDecision OnSubscribe(MqttSubscribeRequest request) => Subscribe(request);

    public void OnConnected(MqttSessionInfo session) => Lifecycle.Enqueue($"+{session.ClientId}");

    public void OnDisconnected(MqttSessionInfo session, MqttDisconnectCause cause)
    {
        Lifecycle.Enqueue($"-{session.ClientId}:{cause}");
        _disconnects.Writer.TryWrite((session.ClientId, cause));
    }

    public async Task<(string ClientId, MqttDisconnectCause Cause)> NextDisconnectAsync() =>
        await _disconnects.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
}
