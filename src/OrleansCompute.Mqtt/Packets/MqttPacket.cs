namespace OrleansCompute.Mqtt.Packets;

/// <summary>A parsed control packet. Values that came from the wire have been validated by the decoder.</summary>
internal abstract class MqttPacket
{
    public abstract MqttPacketType Type { get; }

    /// <summary>MQTT 5 only; null when the packet carries none.</summary>
    public MqttProperties? Properties { get; init; }
}
