namespace OrleansCompute.Mqtt.Packets;

/// <summary>PINGREQ or PINGRESP: two bytes, no content.</summary>
internal sealed class PingPacket(MqttPacketType type) : MqttPacket
{
    public override MqttPacketType Type => type;
}
