using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Codec;

/// <summary>
/// The peer broke the protocol and the connection must end. Thrown at most once per connection, so that a return value at every
/// field would cost more than it saves.
/// </summary>
public sealed class MqttProtocolException : Exception
{
    /// <summary>Records what was wrong.</summary>
    /// <param name="reason">What a DISCONNECT or CONNACK tells the peer.</param>
    /// <param name="message">What was wrong, with the value and what is allowed.</param>
    public MqttProtocolException(MqttReasonCode reason, string message)
        : base(message) => Reason = reason;

    /// <summary>A failure code, 0x80 or above.</summary>
    public MqttReasonCode Reason { get; }
}
