using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Codec;

/// <summary>Which packet may carry which property (MQTT 5, table 2-4), as one bit per property identifier.</summary>
internal static class PropertyRules
{
    /// <summary>More user properties than this on one packet are refused: a pair takes 5 bytes on the wire but 40 in memory.</summary>
    public const int MaximumUserProperties = 1_024;

    /// <summary>One PUBLISH carries one identifier per matching subscription; no client has more overlapping ones.</summary>
    public const int MaximumSubscriptionIdentifiers = 1_024;

    private const ulong Application =
        1UL << (int)MqttPropertyId.PayloadFormatIndicator | 1UL << (int)MqttPropertyId.MessageExpiryInterval
        | 1UL << (int)MqttPropertyId.ContentType | 1UL << (int)MqttPropertyId.ResponseTopic
        | 1UL << (int)MqttPropertyId.CorrelationData | User;

    private const ulong User = 1UL << (int)MqttPropertyId.UserProperty;

    private const ulong Reason = User | 1UL << (int)MqttPropertyId.ReasonString;

    private const ulong Authentication =
        1UL << (int)MqttPropertyId.AuthenticationMethod | 1UL << (int)MqttPropertyId.AuthenticationData;

    private const ulong Session =
        1UL << (int)MqttPropertyId.SessionExpiryInterval | 1UL << (int)MqttPropertyId.ReceiveMaximum
        | 1UL << (int)MqttPropertyId.MaximumPacketSize | 1UL << (int)MqttPropertyId.TopicAliasMaximum;

    /// <summary>The properties of a will, which has its own list inside CONNECT.</summary>
    public const ulong Will = Application | 1UL << (int)MqttPropertyId.WillDelayInterval;

    /// <summary>The properties that a packet may carry.</summary>
    public static ulong AllowedIn(MqttPacketType type) => type switch
    {
        MqttPacketType.Connect => Session | Authentication | User
            | 1UL << (int)MqttPropertyId.RequestProblemInformation | 1UL << (int)MqttPropertyId.RequestResponseInformation,
        MqttPacketType.ConnAck => Session | Authentication | Reason
            | 1UL << (int)MqttPropertyId.MaximumQoS | 1UL << (int)MqttPropertyId.RetainAvailable
            | 1UL << (int)MqttPropertyId.AssignedClientIdentifier | 1UL << (int)MqttPropertyId.WildcardSubscriptionAvailable
            | 1UL << (int)MqttPropertyId.SubscriptionIdentifierAvailable | 1UL << (int)MqttPropertyId.SharedSubscriptionAvailable
            | 1UL << (int)MqttPropertyId.ServerKeepAlive | 1UL << (int)MqttPropertyId.ResponseInformation
            | 1UL << (int)MqttPropertyId.ServerReference,
        MqttPacketType.Publish => Application
            | 1UL << (int)MqttPropertyId.TopicAlias | 1UL << (int)MqttPropertyId.SubscriptionIdentifier,
        MqttPacketType.PubAck or MqttPacketType.PubRec or MqttPacketType.PubRel or MqttPacketType.PubComp => Reason,
        MqttPacketType.Subscribe => User | 1UL << (int)MqttPropertyId.SubscriptionIdentifier,
        MqttPacketType.SubAck or MqttPacketType.UnsubAck => Reason,
        MqttPacketType.Unsubscribe => User,
        MqttPacketType.Disconnect => Reason
            | 1UL << (int)MqttPropertyId.SessionExpiryInterval | 1UL << (int)MqttPropertyId.ServerReference,
        MqttPacketType.Auth => Authentication | Reason,
        _ => 0,
    };
}
