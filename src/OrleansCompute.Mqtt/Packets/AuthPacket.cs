namespace OrleansCompute.Mqtt.Packets;

internal sealed class AuthPacket : MqttPacket
{
    public override MqttPacketType Type => MqttPacketType.Auth;

    public MqttReasonCode Reason { get; init; }
}
