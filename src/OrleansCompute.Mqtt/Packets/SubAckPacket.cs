namespace OrleansCompute.Mqtt.Packets;

internal sealed class SubAckPacket : MqttPacket
{
    public override MqttPacketType Type => MqttPacketType.SubAck;

    public required ushort PacketId { get; init; }

    /// <summary>One per filter, in the order of the SUBSCRIBE.</summary>
    public required IReadOnlyList<MqttReasonCode> Reasons { get; init; }
}
