using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Codec;

/// <summary>Which packet may carry which reason code, and how the five return codes of 3.1.1 map to those of MQTT 5.</summary>
internal static class ReasonRules
{
    /// <summary>Whether MQTT 5 allows the code on this packet (tables 3-1, 3-4 to 3-8 and the lists of 3.14 and 3.15).</summary>
    public static bool IsAllowed(MqttPacketType type, byte code) => type switch
    {
        MqttPacketType.ConnAck => code is 0 or (>= 0x80 and <= 0x8A) or 0x8C or 0x90 or 0x95 or 0x97 or (>= 0x99 and <= 0x9D) or 0x9F,
        MqttPacketType.PubAck or MqttPacketType.PubRec => code is 0 or 0x10 or 0x80 or 0x83 or 0x87 or 0x90 or 0x91 or 0x97 or 0x99,
        MqttPacketType.PubRel or MqttPacketType.PubComp => code is 0 or 0x92,
        MqttPacketType.SubAck => code is <= 2 or 0x80 or 0x83 or 0x87 or 0x8F or 0x91 or 0x97 or 0x9E or 0xA1 or 0xA2,
        MqttPacketType.UnsubAck => code is 0 or 0x11 or 0x80 or 0x83 or 0x87 or 0x8F or 0x91,
        MqttPacketType.Disconnect => code is 0 or 4 or (>= 0x80 and <= 0x83) or 0x87 or 0x89 or (>= 0x8B and <= 0x90 and not 0x8C)
            or (>= 0x93 and <= 0xA2),
        MqttPacketType.Auth => code is 0 or 0x18 or 0x19,
        _ => false,
    };

    /// <summary>The return code of a 3.1.1 CONNACK.</summary>
    public static byte ToReturnCode(MqttReasonCode reason) => reason switch
    {
        MqttReasonCode.Success => 0,
        MqttReasonCode.UnsupportedProtocolVersion => 1,
        MqttReasonCode.ClientIdentifierNotValid => 2,
        MqttReasonCode.BadUserNameOrPassword => 4,
        MqttReasonCode.NotAuthorized or MqttReasonCode.Banned => 5,
        _ => 3,
    };

    /// <summary>The reason of a 3.1.1 CONNACK's return code, null where 3.1.1 reserves it.</summary>
    public static MqttReasonCode? FromReturnCode(byte code) => code switch
    {
        0 => MqttReasonCode.Success,
        1 => MqttReasonCode.UnsupportedProtocolVersion,
        2 => MqttReasonCode.ClientIdentifierNotValid,
        3 => MqttReasonCode.ServerUnavailable,
        4 => MqttReasonCode.BadUserNameOrPassword,
        5 => MqttReasonCode.NotAuthorized,
        _ => null,
    };
}
