using System.Buffers;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>A message that a client has published.</summary>
public sealed class MqttInboundPublish
{
    /// <summary>A valid topic name; aliases are resolved.</summary>
    public required string Topic { get; init; }

    /// <summary>
    /// A window on the receive buffer: valid only until the handler method returns its task (that is, up to the first await that
    /// does not complete at once). Copy what is needed later. Everything else on this object stays valid.
    /// </summary>
    public ReadOnlySequence<byte> Payload { get; internal set; }

    /// <summary>The quality of service that the client asked for.</summary>
    public MqttQualityOfService QoS { get; init; }

    /// <summary>The client wants it kept for later subscribers.</summary>
    public bool Retain { get; init; }

    /// <summary>A repetition; with QoS 1 the first may or may not have arrived.</summary>
    public bool Duplicate { get; init; }

    /// <summary>MQTT 5; null when absent.</summary>
    public string? ContentType => Properties?.ContentType;

    /// <summary>MQTT 5; null when absent.</summary>
    public string? ResponseTopic => Properties?.ResponseTopic;

    /// <summary>MQTT 5; null when absent.</summary>
    public ReadOnlyMemory<byte>? CorrelationData => Properties?.CorrelationData is { } data ? data : null;

    /// <summary>MQTT 5, in order; empty when absent.</summary>
    public IReadOnlyList<MqttUserProperty> UserProperties => Properties?.UserProperties ?? [];

    /// <summary>Who published it.</summary>
    public required MqttSessionInfo Session { get; init; }

    /// <summary>
    /// Whether the broker copies the payload when the handler does not complete at once, so that it can still be forwarded.
    /// Default true; a handler that will consume the message sets it to false before its first await and spares the copy.
    /// Deciding to forward afterwards is an error.
    /// </summary>
    public bool KeepForForwarding { get; set; } = true;

    internal MqttProperties? Properties { get; init; }
}
