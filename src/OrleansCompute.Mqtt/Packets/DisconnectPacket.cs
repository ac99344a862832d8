namespace OrleansCompute.Mqtt.Packets;

internal sealed class DisconnectPacket : MqttPacket
{
    public override MqttPacketType Type => MqttPacketType.Disconnect;

    /// <summary>Always success on 3.1.1, which has no reason.</summary>
    public MqttReasonCode Reason { get; init; }
}
