namespace OrleansCompute.Mqtt.Packets;

internal sealed class ConnAckPacket : MqttPacket
{
    public override MqttPacketType Type => MqttPacketType.ConnAck;

    public bool SessionPresent { get; init; }

    /// <summary>The five return codes of 3.1.1 appear as their MQTT 5 counterparts.</summary>
    public MqttReasonCode Reason { get; init; }
}
