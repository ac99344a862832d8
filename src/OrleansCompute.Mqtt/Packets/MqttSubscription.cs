namespace OrleansCompute.Mqtt.Packets;

/// <summary>What to subscribe to, and how.</summary>
/// <param name="Filter">Topic filter, 1 to 65,535 bytes of UTF-8; <c>+</c> is one level, a final <c>#</c> all the rest.</param>
/// <param name="QoS">The highest quality of service to deliver with. Default: at least once.</param>
public sealed record MqttSubscription(string Filter, MqttQualityOfService QoS = MqttQualityOfService.AtLeastOnce)
{
    /// <summary>MQTT 5: what this client publishes is not sent back to it. Default false.</summary>
    public bool NoLocal { get; init; }

    /// <summary>MQTT 5: forwarded messages keep the retain flag that they were published with. Default false.</summary>
    public bool RetainAsPublished { get; init; }

    /// <summary>MQTT 5. Default: send at every SUBSCRIBE.</summary>
    public MqttRetainHandling RetainHandling { get; init; }
}
