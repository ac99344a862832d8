using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>One message on its way to one session. Guarded by the session's lock.</summary>
internal sealed class Delivery(StoredMessage message, MqttQualityOfService qos, bool retain, List<uint>? subscriptionIdentifiers)
{
    public StoredMessage Message => message;

    public MqttQualityOfService QoS => qos;

    public bool Retain => retain;

    public List<uint>? SubscriptionIdentifiers => subscriptionIdentifiers;

    /// <summary>QoS 2: PUBREC has come, so PUBREL is repeated instead of the message.</summary>
    public bool Released { get; set; }

    /// <summary>Which connection of the session it was last sent on.</summary>
    public long Epoch { get; set; }
}
