using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Codec;

/// <summary>Appends packets to a buffer. Stateless.</summary>
internal static class MqttEncoder
{
    private const int MaximumRemainingLength = 268_435_455;

    /// <summary>Appends any packet.</summary>
    public static void Write(PacketBuffer output, MqttPacket packet, MqttProtocolVersion version)
    {
        switch (packet)
        {
            case PublishPacket publish: WritePublish(output, publish, version); break;
            case AckPacket ack: WriteAck(output, ack.Type, ack.PacketId, ack.Reason, ack.Properties, version); break;
            case ConnectPacket connect: WriteConnect(output, connect); break;
            default: WriteOther(output, packet, version); break;
        }
    }

    /// <summary>Appends PUBACK, PUBREC, PUBREL or PUBCOMP in its shortest form.</summary>
    public static void WriteAck(
        PacketBuffer output, MqttPacketType type, ushort id, MqttReasonCode reason, MqttProperties? properties, MqttProtocolVersion version)
    {
        var start = Begin(output, type, type == MqttPacketType.PubRel ? 2 : 0);
        output.WriteUInt16(id);
        if (version == MqttProtocolVersion.V500 && (reason != MqttReasonCode.Success || properties is not null))
        {
            output.WriteByte((byte)reason);
            if (properties is not null)
            {
                PropertyWriter.Write(output, properties);
            }
        }

        End(output, start);
    }

    private static void WritePublish(PacketBuffer output, PublishPacket packet, MqttProtocolVersion version)
    {
        var flags = (packet.Duplicate ? 8 : 0) | (int)packet.QoS << 1 | (packet.Retain ? 1 : 0);
        var start = Begin(output, MqttPacketType.Publish, flags);
        output.WriteString(packet.Topic);
        if (packet.QoS != MqttQualityOfService.AtMostOnce)
        {
            output.WriteUInt16(packet.PacketId);
        }

        if (version == MqttProtocolVersion.V500)
        {
            PropertyWriter.Write(output, packet.Properties);
        }

        // The length is set before the payload is appended, so that only the short head ever moves.
        End(output, start, packet.Payload.Length);
        foreach (var segment in packet.Payload)
        {
            output.WriteRaw(segment.Span);
        }
    }

    private static void WriteConnect(PacketBuffer output, ConnectPacket packet)
    {
        var start = Begin(output, MqttPacketType.Connect, 0);
        output.WriteString("MQTT");
        output.WriteByte((byte)packet.Version);
        var flags = (packet.CleanStart ? 0x02 : 0) | (packet.UserName is null ? 0 : 0x80) | (packet.Password is null ? 0 : 0x40);
        if (packet.Will is { } flagged)
        {
            flags |= 0x04 | (int)flagged.QoS << 3 | (flagged.Retain ? 0x20 : 0);
        }

        output.WriteByte((byte)flags);
        output.WriteUInt16(packet.KeepAliveSeconds);
        var five = packet.Version == MqttProtocolVersion.V500;
        if (five)
        {
            PropertyWriter.Write(output, packet.Properties);
        }

        output.WriteString(packet.ClientId);
        if (packet.Will is { } will)
        {
            if (five)
            {
                PropertyWriter.Write(output, will.Properties);
            }

            output.WriteString(will.Topic);
            output.WriteBinary(will.Payload);
        }

        if (packet.UserName is not null)
        {
            output.WriteString(packet.UserName);
        }

        if (packet.Password is not null)
        {
            output.WriteBinary(packet.Password);
        }

        End(output, start);
    }

    private static void WriteOther(PacketBuffer output, MqttPacket packet, MqttProtocolVersion version)
    {
        var five = version == MqttProtocolVersion.V500;
        var start = Begin(output, packet.Type, packet.Type is MqttPacketType.Subscribe or MqttPacketType.Unsubscribe ? 2 : 0);
        switch (packet)
        {
            case ConnAckPacket connAck:
                output.WriteByte(connAck.SessionPresent ? (byte)1 : (byte)0);
                output.WriteByte(five ? (byte)connAck.Reason : ReasonRules.ToReturnCode(connAck.Reason));
                WriteProperties(output, packet, five);
                break;
            case SubscribePacket subscribe:
                output.WriteUInt16(subscribe.PacketId);
                WriteProperties(output, packet, five);
                WriteSubscriptions(output, subscribe.Subscriptions, five);
                break;
            case SubAckPacket subAck:
                output.WriteUInt16(subAck.PacketId);
                WriteProperties(output, packet, five);
                WriteReasons(output, subAck.Reasons, five);
                break;
            case UnsubscribePacket unsubscribe:
                output.WriteUInt16(unsubscribe.PacketId);
                WriteProperties(output, packet, five);
                foreach (var filter in unsubscribe.Filters)
                {
                    output.WriteString(filter);
                }

                break;
            case UnsubAckPacket unsubAck:
                output.WriteUInt16(unsubAck.PacketId);
                WriteProperties(output, packet, five);
                WriteReasons(output, five ? unsubAck.Reasons : [], five);
                break;
            case DisconnectPacket disconnect when five:
                WriteReasonAndProperties(output, disconnect.Reason, packet.Properties);
                break;
            case AuthPacket auth when five:
                WriteReasonAndProperties(output, auth.Reason, packet.Properties);
                break;
            case PingPacket or DisconnectPacket:
                break;
            default:
                throw new ArgumentException($"{packet.Type} does not exist in protocol level {(int)version}.", nameof(packet));
        }

        End(output, start);
    }

    private static void WriteSubscriptions(PacketBuffer output, IReadOnlyList<MqttSubscription> subscriptions, bool five)
    {
        foreach (var subscription in subscriptions)
        {
            output.WriteString(subscription.Filter);
            var options = (int)subscription.QoS;
            if (five)
            {
                options |= (subscription.NoLocal ? 4 : 0) | (subscription.RetainAsPublished ? 8 : 0);
                options |= (int)subscription.RetainHandling << 4;
            }

            output.WriteByte((byte)options);
        }
    }

    private static void WriteReasons(PacketBuffer output, IReadOnlyList<MqttReasonCode> reasons, bool five)
    {
        foreach (var reason in reasons)
        {
            output.WriteByte(five || (byte)reason < 0x80 ? (byte)reason : (byte)0x80);
        }
    }

    private static void WriteReasonAndProperties(PacketBuffer output, MqttReasonCode reason, MqttProperties? properties)
    {
        if (reason != MqttReasonCode.Success || properties is not null)
        {
            output.WriteByte((byte)reason);
            PropertyWriter.Write(output, properties);
        }
    }

    private static void WriteProperties(PacketBuffer output, MqttPacket packet, bool five)
    {
        if (five)
        {
            PropertyWriter.Write(output, packet.Properties);
        }
    }

    private static int Begin(PacketBuffer output, MqttPacketType type, int flags)
    {
        output.WriteByte((byte)((int)type << 4 | flags));
        output.WriteByte(0);
        return output.Length;
    }

    private static void End(PacketBuffer output, int start, long payload = 0)
    {
        var length = output.Length - start + payload;
        if (length > MaximumRemainingLength)
        {
            throw new ArgumentException($"A packet of {length} bytes; MQTT allows up to {MaximumRemainingLength}.", nameof(payload));
        }

        output.PatchVariableInteger(start - 1, (uint)length);
    }
}
