namespace OrleansCompute.Mqtt.Packets;

/// <summary>The reason codes of MQTT 5, section 2.4; 0x80 and above are failures. The return codes of 3.1.1 are mapped to them.</summary>
public enum MqttReasonCode : byte
{
    /// <summary>Done; QoS 0 granted; normal disconnection.</summary>
    Success = 0x00,

    /// <summary>Subscribed with QoS 1.</summary>
    GrantedQoS1 = 0x01,

    /// <summary>Subscribed with QoS 2.</summary>
    GrantedQoS2 = 0x02,

    /// <summary>The client leaves and wants its will published.</summary>
    DisconnectWithWill = 0x04,

    /// <summary>Accepted, but nobody subscribes to the topic.</summary>
    NoMatchingSubscribers = 0x10,

    /// <summary>The filter to remove was not subscribed.</summary>
    NoSubscriptionExisted = 0x11,

    /// <summary>The enhanced authentication needs another step.</summary>
    ContinueAuthentication = 0x18,

    /// <summary>The client starts a new authentication.</summary>
    ReAuthenticate = 0x19,

    /// <summary>The sender does not reveal the reason, or none of the others fits.</summary>
    UnspecifiedError = 0x80,

    /// <summary>The bytes could not be parsed.</summary>
    MalformedPacket = 0x81,

    /// <summary>Well formed, but against the protocol.</summary>
    ProtocolError = 0x82,

    /// <summary>Valid, but not accepted by this implementation.</summary>
    ImplementationSpecificError = 0x83,

    /// <summary>The protocol level is neither 4 nor 5.</summary>
    UnsupportedProtocolVersion = 0x84,

    /// <summary>The client id is not allowed.</summary>
    ClientIdentifierNotValid = 0x85,

    /// <summary>The credentials are wrong.</summary>
    BadUserNameOrPassword = 0x86,

    /// <summary>The credentials do not allow this.</summary>
    NotAuthorized = 0x87,

    /// <summary>The server cannot serve now.</summary>
    ServerUnavailable = 0x88,

    /// <summary>Too much to do; try again later.</summary>
    ServerBusy = 0x89,

    /// <summary>The client was shut out by an operator.</summary>
    Banned = 0x8A,

    /// <summary>The server stops.</summary>
    ServerShuttingDown = 0x8B,

    /// <summary>The authentication method is not supported or not the one of CONNECT.</summary>
    BadAuthenticationMethod = 0x8C,

    /// <summary>Nothing arrived for one and a half keep-alive intervals.</summary>
    KeepAliveTimeout = 0x8D,

    /// <summary>Another connection uses the same client id.</summary>
    SessionTakenOver = 0x8E,

    /// <summary>The topic filter is well formed but not accepted.</summary>
    TopicFilterInvalid = 0x8F,

    /// <summary>The topic name is well formed but not accepted.</summary>
    TopicNameInvalid = 0x90,

    /// <summary>The packet identifier is in use already.</summary>
    PacketIdentifierInUse = 0x91,

    /// <summary>The packet identifier is not known.</summary>
    PacketIdentifierNotFound = 0x92,

    /// <summary>More unacknowledged messages than the receiver allows.</summary>
    ReceiveMaximumExceeded = 0x93,

    /// <summary>The topic alias is zero, too large or unknown.</summary>
    TopicAliasInvalid = 0x94,

    /// <summary>The packet exceeds the receiver's maximum.</summary>
    PacketTooLarge = 0x95,

    /// <summary>Messages arrive too fast.</summary>
    MessageRateTooHigh = 0x96,

    /// <summary>A limit of the implementation or the operator is reached.</summary>
    QuotaExceeded = 0x97,

    /// <summary>Closed by an operator.</summary>
    AdministrativeAction = 0x98,

    /// <summary>The payload does not match its declared format.</summary>
    PayloadFormatInvalid = 0x99,

    /// <summary>Retained messages are not accepted.</summary>
    RetainNotSupported = 0x9A,

    /// <summary>The quality of service is above the maximum.</summary>
    QoSNotSupported = 0x9B,

    /// <summary>Use another server for now.</summary>
    UseAnotherServer = 0x9C,

    /// <summary>Use another server from now on.</summary>
    ServerMoved = 0x9D,

    /// <summary>Shared subscriptions are not accepted.</summary>
    SharedSubscriptionsNotSupported = 0x9E,

    /// <summary>Connections come too fast.</summary>
    ConnectionRateExceeded = 0x9F,

    /// <summary>The connection has lasted as long as it may.</summary>
    MaximumConnectTime = 0xA0,

    /// <summary>Subscription identifiers are not accepted.</summary>
    SubscriptionIdentifiersNotSupported = 0xA1,

    /// <summary>Wildcards are not accepted.</summary>
    WildcardSubscriptionsNotSupported = 0xA2,
}
