using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Codec;

/// <summary>Reads the property list of an MQTT 5 packet: only what the packet may carry, and nothing twice.</summary>
internal static class PropertyReader
{
    /// <summary>Reads the length and the list; null when it is empty.</summary>
    public static MqttProperties? Read(ref MqttReader packet, ulong allowed)
    {
        var length = packet.ReadVariableInteger("property length");
        if (length == 0)
        {
            return null;
        }

        var reader = new MqttReader(packet.ReadSlice(length, "properties"));
        var properties = new MqttProperties();
        ulong seen = 0;
        while (reader.Remaining > 0)
        {
            var id = reader.ReadVariableInteger("property identifier");
            if (id > 63 || (allowed & 1UL << (int)id) == 0)
            {
                throw Error($"Property 0x{id:X2} is not known or not allowed on this packet.");
            }

            // A PUBLISH repeats the subscription identifier; a SUBSCRIBE may not, which its decoder checks.
            if (id is not ((uint)MqttPropertyId.UserProperty or (uint)MqttPropertyId.SubscriptionIdentifier)
                && (seen & 1UL << (int)id) != 0)
            {
                throw Error($"Property {(MqttPropertyId)id} appears more than once.");
            }

            seen |= 1UL << (int)id;
            ReadValue(ref reader, (MqttPropertyId)id, properties);
        }

        return properties.AuthenticationData is not null && properties.AuthenticationMethod is null
            ? throw Error("Authentication data without an authentication method.")
            : properties;
    }

    private static void ReadValue(ref MqttReader reader, MqttPropertyId id, MqttProperties into)
    {
        switch (id)
        {
            case MqttPropertyId.PayloadFormatIndicator: into.PayloadFormatIndicator = reader.ReadBoolean("payload format indicator"); break;
            case MqttPropertyId.MessageExpiryInterval: into.MessageExpiryInterval = reader.ReadUInt32("message expiry interval"); break;
            case MqttPropertyId.ContentType: into.ContentType = reader.ReadString("content type"); break;
            case MqttPropertyId.ResponseTopic: into.ResponseTopic = reader.ReadString("response topic"); break;
            case MqttPropertyId.CorrelationData: into.CorrelationData = reader.ReadBinary("correlation data"); break;
            case MqttPropertyId.SubscriptionIdentifier: AddSubscriptionIdentifier(ref reader, into); break;
            case MqttPropertyId.SessionExpiryInterval: into.SessionExpiryInterval = reader.ReadUInt32("session expiry interval"); break;
            case MqttPropertyId.AssignedClientIdentifier:
                into.AssignedClientIdentifier = reader.ReadString("assigned client identifier");
                break;
            case MqttPropertyId.ServerKeepAlive: into.ServerKeepAlive = reader.ReadUInt16("server keep-alive"); break;
            case MqttPropertyId.AuthenticationMethod: into.AuthenticationMethod = reader.ReadString("authentication method"); break;
            case MqttPropertyId.AuthenticationData: into.AuthenticationData = reader.ReadBinary("authentication data"); break;
            case MqttPropertyId.RequestProblemInformation:
                into.RequestProblemInformation = reader.ReadBoolean("request problem information");
                break;
            case MqttPropertyId.WillDelayInterval: into.WillDelayInterval = reader.ReadUInt32("will delay interval"); break;
            case MqttPropertyId.RequestResponseInformation:
                into.RequestResponseInformation = reader.ReadBoolean("request response information");
                break;
            case MqttPropertyId.ResponseInformation: into.ResponseInformation = reader.ReadString("response information"); break;
            case MqttPropertyId.ServerReference: into.ServerReference = reader.ReadString("server reference"); break;
            case MqttPropertyId.ReasonString: into.ReasonString = reader.ReadString("reason string"); break;
            case MqttPropertyId.ReceiveMaximum:
                into.ReceiveMaximum = NonZero(reader.ReadUInt16("receive maximum"), "Receive maximum");
                break;
            case MqttPropertyId.TopicAliasMaximum: into.TopicAliasMaximum = reader.ReadUInt16("topic alias maximum"); break;
            case MqttPropertyId.TopicAlias: into.TopicAlias = ReadTopicAlias(ref reader); break;
            case MqttPropertyId.MaximumQoS: into.MaximumQoS = reader.ReadBoolean("maximum QoS") ? (byte)1 : (byte)0; break;
            case MqttPropertyId.RetainAvailable: into.RetainAvailable = reader.ReadBoolean("retain available"); break;
            case MqttPropertyId.UserProperty: AddUserProperty(ref reader, into); break;
            case MqttPropertyId.MaximumPacketSize: into.MaximumPacketSize = ReadMaximumPacketSize(ref reader); break;
            case MqttPropertyId.WildcardSubscriptionAvailable:
                into.WildcardSubscriptionAvailable = reader.ReadBoolean("wildcard subscription available");
                break;
            case MqttPropertyId.SubscriptionIdentifierAvailable:
                into.SubscriptionIdentifierAvailable = reader.ReadBoolean("subscription identifiers available");
                break;
            case MqttPropertyId.SharedSubscriptionAvailable:
                into.SharedSubscriptionAvailable = reader.ReadBoolean("shared subscription available");
                break;
            default: throw Error($"Property {id} has no reader.");
        }
    }

    private static void AddSubscriptionIdentifier(ref MqttReader reader, MqttProperties into)
    {
        var identifier = reader.ReadVariableInteger("subscription identifier");
        var list = into.SubscriptionIdentifiers ??= [];
        if (identifier == 0 || list.Count >= PropertyRules.MaximumSubscriptionIdentifiers)
        {
            throw Error($"Subscription identifier {identifier} at place {list.Count}; allowed 1 to 268435455, up to "
                + $"{PropertyRules.MaximumSubscriptionIdentifiers} of them.");
        }

        list.Add(identifier);
    }

    private static void AddUserProperty(ref MqttReader reader, MqttProperties into)
    {
        var list = into.UserProperties ??= [];
        if (list.Count >= PropertyRules.MaximumUserProperties)
        {
            throw new MqttProtocolException(
                MqttReasonCode.QuotaExceeded, $"More than {PropertyRules.MaximumUserProperties} user properties on one packet.");
        }

        list.Add(new MqttUserProperty(reader.ReadString("user property name"), reader.ReadString("user property value")));
    }

    private static ushort ReadTopicAlias(ref MqttReader reader)
    {
        var alias = reader.ReadUInt16("topic alias");
        return alias != 0 ? alias : throw new MqttProtocolException(MqttReasonCode.TopicAliasInvalid, "Topic alias 0 is not permitted.");
    }

    private static uint ReadMaximumPacketSize(ref MqttReader reader)
    {
        var size = reader.ReadUInt32("maximum packet size");
        return size != 0 ? size : throw Error("Maximum packet size is 0; allowed 1 to 4294967295.");
    }

    private static ushort NonZero(ushort value, string what) => value != 0 ? value : throw Error($"{what} is 0; allowed 1 to 65535.");

    private static MqttProtocolException Error(string message) => new(MqttReasonCode.ProtocolError, message);
}
