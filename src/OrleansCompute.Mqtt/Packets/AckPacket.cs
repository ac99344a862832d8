namespace OrleansCompute.Mqtt.Packets;

/// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP: they share one layout.</summary>
internal sealed class AckPacket(MqttPacketType type) : MqttPacket
{
    public override MqttPacketType Type => type;

    public required ushort PacketId { get; init; }

    public MqttReasonCode Reason { get; init; }
}
