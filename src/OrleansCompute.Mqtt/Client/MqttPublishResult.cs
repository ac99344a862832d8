using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Client;

/// <summary>What became of a publish.</summary>
/// <param name="Reason">
/// Success; no matching subscribers; or a failure, 0x80 and above, that the broker gave or that sending would have met (QoS or
/// packet size above the broker's maximum).
/// </param>
public readonly record struct MqttPublishResult(MqttReasonCode Reason)
{
    /// <summary>Whether the broker has taken the message.</summary>
    public bool IsAccepted => (byte)Reason < 0x80;
}
