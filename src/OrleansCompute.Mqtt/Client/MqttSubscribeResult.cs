using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Client;

/// <summary>What the broker granted.</summary>
/// <param name="Reasons">One per subscription, in order: the granted QoS (0 to 2), or a failure, 0x80 and above.</param>
public sealed record MqttSubscribeResult(IReadOnlyList<MqttReasonCode> Reasons)
{
    /// <summary>Whether every subscription was granted.</summary>
    public bool AllGranted => Reasons.All(reason => (byte)reason < 0x80);
}
