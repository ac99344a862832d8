using System.Buffers;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Tests;

internal static class PacketCopy
{
    /// <summary>The same packet with a payload of its own.</summary>
    public static PublishPacket Detach(PublishPacket packet) => new()
    {
        Duplicate = packet.Duplicate,
        QoS = packet.QoS,
        Retain = packet.Retain,
        Topic = packet.Topic,
        PacketId = packet.PacketId,
        Properties = packet.Properties,
        Payload = new ReadOnlySequence<byte>(packet.Payload.ToArray()),
    };
}
