namespace OrleansCompute.Mqtt.Packets;

/// <summary>The protocol levels that are spoken; the value is the level byte of CONNECT.</summary>
public enum MqttProtocolVersion : byte
{
    /// <summary>MQTT 3.1.1 (OASIS, 2014).</summary>
    V311 = 4,

    /// <summary>MQTT 5.0 (OASIS, 2019).</summary>
    V500 = 5,
}
