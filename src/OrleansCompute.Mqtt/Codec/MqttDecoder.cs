using OrleansCompute.Mqtt.Packets;
using OrleansCompute.Mqtt.Topics;

namespace OrleansCompute.Mqtt.Codec;

/// <summary>Parses every packet but CONNECT, whose layout decides the version (<see cref="ConnectDecoder"/>). Stateless.</summary>
internal static class MqttDecoder
{
    /// <summary>Parses and validates one packet.</summary>
    /// <exception cref="MqttProtocolException">It is malformed or against the protocol.</exception>
    public static MqttPacket Decode(in MqttFrame frame, MqttProtocolVersion version)
    {
        if (frame.Type != MqttPacketType.Publish)
        {
            CheckFlags(frame);
        }

        var reader = new MqttReader(frame.Body);
        MqttPacket packet = frame.Type switch
        {
            MqttPacketType.Connect => ConnectDecoder.Decode(ref reader),
            MqttPacketType.ConnAck => ReadConnAck(ref reader, version),
            MqttPacketType.Publish => ReadPublish(ref reader, frame.Flags, version),
            MqttPacketType.PubAck or MqttPacketType.PubRec or MqttPacketType.PubRel or MqttPacketType.PubComp
                => ReadAck(ref reader, frame.Type, version),
            MqttPacketType.Subscribe => ReadSubscribe(ref reader, version),
            MqttPacketType.SubAck => ReadSubAck(ref reader, version),
            MqttPacketType.Unsubscribe => ReadUnsubscribe(ref reader, version),
            MqttPacketType.UnsubAck => ReadUnsubAck(ref reader, version),
            MqttPacketType.PingReq or MqttPacketType.PingResp => new PingPacket(frame.Type),
            MqttPacketType.Disconnect => ReadDisconnect(ref reader, version),
            MqttPacketType.Auth when version == MqttProtocolVersion.V500 => ReadAuth(ref reader),
            _ => throw Malformed($"Packet type {(int)frame.Type} does not exist in protocol level {(int)version}."),
        };
        reader.ExpectEnd(frame.Type);
        return packet;
    }

    private static void CheckFlags(in MqttFrame frame)
    {
        var expected = frame.Type is MqttPacketType.PubRel or MqttPacketType.Subscribe or MqttPacketType.Unsubscribe ? 2 : 0;
        if (frame.Flags != expected)
        {
            throw Malformed($"The flags of {frame.Type} are {frame.Flags}; must be {expected}.");
        }
    }

    private static ConnAckPacket ReadConnAck(ref MqttReader reader, MqttProtocolVersion version)
    {
        var flags = reader.ReadByte("acknowledge flags");
        var code = reader.ReadByte("return code");
        if (flags > 1 || (flags == 1 && code != 0))
        {
            throw Malformed($"CONNACK flags {flags} with code 0x{code:X2}.");
        }

        if (version == MqttProtocolVersion.V311)
        {
            var mapped = ReasonRules.FromReturnCode(code) ?? throw Malformed($"CONNACK return code {code}; allowed 0 to 5.");
            return new ConnAckPacket { SessionPresent = flags == 1, Reason = mapped };
        }

        return new ConnAckPacket
        {
            SessionPresent = flags == 1,
            Reason = CheckReason(MqttPacketType.ConnAck, code),
            Properties = PropertyReader.Read(ref reader, PropertyRules.AllowedIn(MqttPacketType.ConnAck)),
        };
    }

    private static PublishPacket ReadPublish(ref MqttReader reader, int flags, MqttProtocolVersion version)
    {
        var qos = (flags >> 1) & 3;
        var duplicate = (flags & 8) != 0;
        if (qos == 3 || (qos == 0 && duplicate))
        {
            throw Malformed(qos == 3 ? "PUBLISH with QoS 3; allowed 0 to 2." : "PUBLISH with QoS 0 and the duplicate flag.");
        }

        var topic = reader.ReadString("topic name");
        var id = qos > 0 ? reader.ReadPacketId() : (ushort)0;
        var properties = version == MqttProtocolVersion.V500
            ? PropertyReader.Read(ref reader, PropertyRules.AllowedIn(MqttPacketType.Publish))
            : null;
        CheckTopic(topic, properties, version);
        return new PublishPacket
        {
            Duplicate = duplicate,
            QoS = (MqttQualityOfService)qos,
            Retain = (flags & 1) != 0,
            Topic = topic,
            PacketId = id,
            Properties = properties,
            Payload = reader.ReadRest(),
        };
    }

    private static void CheckTopic(string topic, MqttProperties? properties, MqttProtocolVersion version)
    {
        if (topic.Length == 0)
        {
            if (properties?.TopicAlias is null)
            {
                throw new MqttProtocolException(
                    version == MqttProtocolVersion.V500 ? MqttReasonCode.ProtocolError : MqttReasonCode.MalformedPacket,
                    "PUBLISH with an empty topic and no topic alias.");
            }
        }
        else if (TopicName.Check(topic) is { } problem)
        {
            throw new MqttProtocolException(MqttReasonCode.TopicNameInvalid, problem);
        }

        if (properties?.ResponseTopic is { } response && TopicName.Check(response) is { } responseProblem)
        {
            throw new MqttProtocolException(MqttReasonCode.ProtocolError, $"Response topic: {responseProblem}");
        }
    }

    private static AckPacket ReadAck(ref MqttReader reader, MqttPacketType type, MqttProtocolVersion version)
    {
        var id = reader.ReadPacketId();
        if (version == MqttProtocolVersion.V311 || reader.Remaining == 0)
        {
            return new AckPacket(type) { PacketId = id };
        }

        var reason = CheckReason(type, reader.ReadByte("reason code"));
        var properties = reader.Remaining == 0 ? null : PropertyReader.Read(ref reader, PropertyRules.AllowedIn(type));
        return new AckPacket(type) { PacketId = id, Reason = reason, Properties = properties };
    }

    private static SubscribePacket ReadSubscribe(ref MqttReader reader, MqttProtocolVersion version)
    {
        var id = reader.ReadPacketId();
        var properties = version == MqttProtocolVersion.V500
            ? PropertyReader.Read(ref reader, PropertyRules.AllowedIn(MqttPacketType.Subscribe))
            : null;
        if (properties?.SubscriptionIdentifiers is { Count: > 1 })
        {
            throw new MqttProtocolException(MqttReasonCode.ProtocolError, "SUBSCRIBE with more than one subscription identifier.");
        }

        var subscriptions = new List<MqttSubscription>();
        do
        {
            var filter = reader.ReadString("topic filter");
            var options = reader.ReadByte("subscription options");
            var reserved = version == MqttProtocolVersion.V500 ? 0xC0 : 0xFC;
            if ((options & reserved) != 0 || (options & 3) == 3 || (options & 0x30) == 0x30)
            {
                throw Malformed($"Subscription options 0x{options:X2} for '{filter}': reserved bits set.");
            }

            subscriptions.Add(new MqttSubscription(filter, (MqttQualityOfService)(options & 3))
            {
                NoLocal = (options & 4) != 0,
                RetainAsPublished = (options & 8) != 0,
                RetainHandling = (MqttRetainHandling)((options >> 4) & 3),
            });
        }
        while (reader.Remaining > 0);

        return new SubscribePacket { PacketId = id, Properties = properties, Subscriptions = subscriptions };
    }

    private static SubAckPacket ReadSubAck(ref MqttReader reader, MqttProtocolVersion version)
    {
        var id = reader.ReadPacketId();
        var properties = version == MqttProtocolVersion.V500
            ? PropertyReader.Read(ref reader, PropertyRules.AllowedIn(MqttPacketType.SubAck))
            : null;
        return new SubAckPacket { PacketId = id, Properties = properties, Reasons = ReadReasons(ref reader, MqttPacketType.SubAck) };
    }

    private static UnsubscribePacket ReadUnsubscribe(ref MqttReader reader, MqttProtocolVersion version)
    {
        var id = reader.ReadPacketId();
        var properties = version == MqttProtocolVersion.V500
            ? PropertyReader.Read(ref reader, PropertyRules.AllowedIn(MqttPacketType.Unsubscribe))
            : null;
        var filters = new List<string>();
        do
        {
            filters.Add(reader.ReadString("topic filter"));
        }
        while (reader.Remaining > 0);

        return new UnsubscribePacket { PacketId = id, Properties = properties, Filters = filters };
    }

    private static UnsubAckPacket ReadUnsubAck(ref MqttReader reader, MqttProtocolVersion version)
    {
        var id = reader.ReadPacketId();
        if (version == MqttProtocolVersion.V311)
        {
            return new UnsubAckPacket { PacketId = id, Reasons = [] };
        }

        var properties = PropertyReader.Read(ref reader, PropertyRules.AllowedIn(MqttPacketType.UnsubAck));
        return new UnsubAckPacket { PacketId = id, Properties = properties, Reasons = ReadReasons(ref reader, MqttPacketType.UnsubAck) };
    }

    private static List<MqttReasonCode> ReadReasons(ref MqttReader reader, MqttPacketType type)
    {
        var reasons = new List<MqttReasonCode>();
        do
        {
            reasons.Add(CheckReason(type, reader.ReadByte("reason code")));
        }
        while (reader.Remaining > 0);

        return reasons;
    }

    private static DisconnectPacket ReadDisconnect(ref MqttReader reader, MqttProtocolVersion version)
    {
        if (version == MqttProtocolVersion.V311 || reader.Remaining == 0)
        {
            return new DisconnectPacket();
        }

        var reason = CheckReason(MqttPacketType.Disconnect, reader.ReadByte("reason code"));
        var properties = reader.Remaining == 0
            ? null
            : PropertyReader.Read(ref reader, PropertyRules.AllowedIn(MqttPacketType.Disconnect));
        return new DisconnectPacket { Reason = reason, Properties = properties };
    }

    private static AuthPacket ReadAuth(ref MqttReader reader)
    {
        if (reader.Remaining == 0)
        {
            return new AuthPacket();
        }

        var reason = CheckReason(MqttPacketType.Auth, reader.ReadByte("reason code"));
        var properties = PropertyReader.Read(ref reader, PropertyRules.AllowedIn(MqttPacketType.Auth));
        return new AuthPacket { Reason = reason, Properties = properties };
    }

    private static MqttReasonCode CheckReason(MqttPacketType type, byte code) => ReasonRules.IsAllowed(type, code)
        ? (MqttReasonCode)code
        : throw new MqttProtocolException(MqttReasonCode.ProtocolError, $"Reason code 0x{code:X2} is not allowed in {type}.");

    private static MqttProtocolException Malformed(string message) => new(MqttReasonCode.MalformedPacket, message);
}
