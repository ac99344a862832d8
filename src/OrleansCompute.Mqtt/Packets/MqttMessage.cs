namespace OrleansCompute.Mqtt.Packets;

/// <summary>One application message, to send or received. Immutable; thread-safe as long as the payload is not changed.</summary>
public sealed class MqttMessage
{
    /// <summary>Where it goes: 1 to 65,535 bytes of UTF-8, no wildcards, no U+0000.</summary>
    public required string Topic { get; init; }

    /// <summary>
    /// The content; empty by default. To send: must not change until the send has completed (the broker keeps it without a copy
    /// while subscribers wait for it). Received: owned by the message.
    /// </summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Default: at most once.</summary>
    public MqttQualityOfService QoS { get; init; }

    /// <summary>The broker keeps it for later subscribers; with an empty payload it removes what is kept. Default false.</summary>
    public bool Retain { get; init; }

    /// <summary>Received only: the sender marked it as a repetition.</summary>
    public bool Duplicate { get; init; }

    /// <summary>MQTT 5: the payload is declared to be UTF-8 text. Default false: unspecified bytes.</summary>
    public bool PayloadIsText { get; init; }

    /// <summary>MQTT 5: for example <c>application/json</c>; null when absent. Lost on 3.1.1.</summary>
    public string? ContentType { get; init; }

    /// <summary>MQTT 5: where an answer should go; null when absent. Lost on 3.1.1.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>MQTT 5: what an answer should carry; null when absent, up to 65,535 bytes. Lost on 3.1.1.</summary>
    public ReadOnlyMemory<byte>? CorrelationData { get; init; }

    /// <summary>MQTT 5: in order; empty by default. Lost on 3.1.1.</summary>
    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    /// <summary>
    /// MQTT 5: not delivered once this time has passed, whole seconds, 0 to 4,294,967,295; null (default): never expires.
    /// Received: the time that was left.
    /// </summary>
    public TimeSpan? MessageExpiry { get; init; }

    /// <summary>Received only, MQTT 5: identifiers of the subscriptions that matched; empty by default.</summary>
    public IReadOnlyList<uint> SubscriptionIdentifiers { get; init; } = [];
}
