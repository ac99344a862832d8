namespace OrleansCompute.Mqtt.Packets;

internal sealed class UnsubscribePacket : MqttPacket
{
    public override MqttPacketType Type => MqttPacketType.Unsubscribe;

    public required ushort PacketId { get; init; }

    public required IReadOnlyList<string> Filters { get; init; }
}
