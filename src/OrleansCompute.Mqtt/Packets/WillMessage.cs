namespace OrleansCompute.Mqtt.Packets;

/// <summary>What the server publishes when the client vanishes.</summary>
internal sealed class WillMessage
{
    public required string Topic { get; init; }

    public required byte[] Payload { get; init; }

    public MqttQualityOfService QoS { get; init; }

    public bool Retain { get; init; }

    public MqttProperties? Properties { get; init; }
}
