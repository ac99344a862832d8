using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>One filter of one session, as it was granted. Immutable.</summary>
/// <param name="Session">Who gets the messages.</param>
/// <param name="Options">The filter, with the granted QoS.</param>
/// <param name="Identifier">MQTT 5; null when absent.</param>
internal sealed record Subscription(Session Session, MqttSubscription Options, uint? Identifier)
{
    /// <summary>By reference: a replaced subscription is another one.</summary>
    public bool Equals(Subscription? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
