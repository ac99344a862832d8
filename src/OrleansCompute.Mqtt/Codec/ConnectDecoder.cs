using OrleansCompute.Mqtt.Packets;
using OrleansCompute.Mqtt.Topics;

namespace OrleansCompute.Mqtt.Codec;

/// <summary>Parses CONNECT, the packet that decides the version of all others on its connection. Stateless.</summary>
internal static class ConnectDecoder
{
    private const int CleanStartFlag = 0x02;
    private const int WillFlag = 0x04;
    private const int WillRetainFlag = 0x20;
    private const int PasswordFlag = 0x40;
    private const int UserNameFlag = 0x80;

    public static ConnectPacket Decode(ref MqttReader reader)
    {
        var version = ReadVersion(ref reader);
        var flags = reader.ReadByte("connect flags");
        CheckFlags(flags, version);
        var keepAlive = reader.ReadUInt16("keep-alive");
        var five = version == MqttProtocolVersion.V500;
        var properties = five ? PropertyReader.Read(ref reader, PropertyRules.AllowedIn(MqttPacketType.Connect)) : null;
        return new ConnectPacket
        {
            Version = version,
            CleanStart = (flags & CleanStartFlag) != 0,
            KeepAliveSeconds = keepAlive,
            Properties = properties,
            ClientId = reader.ReadString("client identifier"),
            Will = (flags & WillFlag) != 0 ? ReadWill(ref reader, flags, five) : null,
            UserName = (flags & UserNameFlag) != 0 ? reader.ReadString("user name") : null,
            Password = (flags & PasswordFlag) != 0 ? reader.ReadBinary("password") : null,
        };
    }

    private static MqttProtocolVersion ReadVersion(ref MqttReader reader)
    {
        var name = reader.ReadString("protocol name");
        var level = reader.ReadByte("protocol level");
        return (name, level) switch
        {
            ("MQTT", 4) => MqttProtocolVersion.V311,
            ("MQTT", 5) => MqttProtocolVersion.V500,
            ("MQTT", _) or ("MQIsdp", _) => throw new MqttProtocolException(
                MqttReasonCode.UnsupportedProtocolVersion, $"Protocol level {level}; allowed 4 (3.1.1) and 5 (5.0)."),
            _ => throw new MqttProtocolException(MqttReasonCode.MalformedPacket, "The protocol name is not 'MQTT'."),
        };
    }

    private static void CheckFlags(byte flags, MqttProtocolVersion version)
    {
        var willQoS = (flags >> 3) & 3;
        var problem = (flags & 1) != 0 ? "the reserved flag is set"
            : willQoS == 3 ? "the will has QoS 3"
            : (flags & WillFlag) == 0 && (willQoS != 0 || (flags & WillRetainFlag) != 0) ? "will options without a will"
            : version == MqttProtocolVersion.V311 && (flags & (UserNameFlag | PasswordFlag)) == PasswordFlag
                ? "a password without a user name"
            : null;
        if (problem is not null)
        {
            throw new MqttProtocolException(MqttReasonCode.MalformedPacket, $"CONNECT flags 0x{flags:X2}: {problem}.");
        }
    }

    private static WillMessage ReadWill(ref MqttReader reader, byte flags, bool five)
    {
        var properties = five ? PropertyReader.Read(ref reader, PropertyRules.Will) : null;
        var topic = reader.ReadString("will topic");
        if (TopicName.Check(topic) is { } problem)
        {
            throw new MqttProtocolException(five ? MqttReasonCode.TopicNameInvalid : MqttReasonCode.MalformedPacket, $"Will: {problem}");
        }

        return new WillMessage
        {
            Topic = topic,
            Payload = reader.ReadBinary("will payload"),
            QoS = (MqttQualityOfService)((flags >> 3) & 3),
            Retain = (flags & WillRetainFlag) != 0,
            Properties = properties,
        };
    }
}
