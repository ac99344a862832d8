using System.Buffers;

namespace OrleansCompute.Mqtt.Packets;

internal sealed class PublishPacket : MqttPacket
{
    public override MqttPacketType Type => MqttPacketType.Publish;

    public bool Duplicate { get; init; }

    public MqttQualityOfService QoS { get; init; }

    public bool Retain { get; init; }

    /// <summary>Empty only with a topic alias.</summary>
    public required string Topic { get; init; }

    /// <summary>Zero with QoS 0.</summary>
    public ushort PacketId { get; init; }

    /// <summary>A window on the receive buffer, valid until that is advanced.</summary>
    public ReadOnlySequence<byte> Payload { get; init; }
}
