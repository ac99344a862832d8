namespace OrleansCompute.Mqtt.Packets;

internal sealed class UnsubAckPacket : MqttPacket
{
    public override MqttPacketType Type => MqttPacketType.UnsubAck;

    public required ushort PacketId { get; init; }

    /// <summary>One per filter; empty on 3.1.1, which has none.</summary>
    public required IReadOnlyList<MqttReasonCode> Reasons { get; init; }
}
