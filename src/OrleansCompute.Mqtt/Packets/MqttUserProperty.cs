namespace OrleansCompute.Mqtt.Packets;

/// <summary>An application's own name and value on an MQTT 5 packet; names may repeat and order is kept.</summary>
/// <param name="Name">Up to 65,535 bytes of UTF-8.</param>
/// <param name="Value">Up to 65,535 bytes of UTF-8.</param>
public readonly record struct MqttUserProperty(string Name, string Value);
