using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Codec;

/// <summary>Writes the property list of an MQTT 5 packet, in the order of the identifiers.</summary>
internal static class PropertyWriter
{
    /// <summary>Writes length and list; a single zero for null.</summary>
    public static void Write(PacketBuffer output, MqttProperties? properties)
    {
        var start = output.Length;
        output.WriteByte(0);
        if (properties is null)
        {
            return;
        }

        WriteMessage(output, properties);
        WriteSession(output, properties);
        WriteServer(output, properties);
        output.PatchVariableInteger(start, (uint)(output.Length - start - 1));
    }

    private static void WriteMessage(PacketBuffer output, MqttProperties from)
    {
        Boolean(output, MqttPropertyId.PayloadFormatIndicator, from.PayloadFormatIndicator);
        UInt32(output, MqttPropertyId.MessageExpiryInterval, from.MessageExpiryInterval);
        String(output, MqttPropertyId.ContentType, from.ContentType);
        String(output, MqttPropertyId.ResponseTopic, from.ResponseTopic);
        Binary(output, MqttPropertyId.CorrelationData, from.CorrelationData);
        foreach (var identifier in from.SubscriptionIdentifiers ?? [])
        {
            output.WriteByte((byte)MqttPropertyId.SubscriptionIdentifier);
            output.WriteVariableInteger(identifier);
        }

        UInt16(output, MqttPropertyId.TopicAlias, from.TopicAlias);
        foreach (var pair in from.UserProperties ?? [])
        {
            output.WriteByte((byte)MqttPropertyId.UserProperty);
            output.WriteString(pair.Name);
            output.WriteString(pair.Value);
        }
    }

    private static void WriteSession(PacketBuffer output, MqttProperties from)
    {
        UInt32(output, MqttPropertyId.SessionExpiryInterval, from.SessionExpiryInterval);
        String(output, MqttPropertyId.AuthenticationMethod, from.AuthenticationMethod);
        Binary(output, MqttPropertyId.AuthenticationData, from.AuthenticationData);
        Boolean(output, MqttPropertyId.RequestProblemInformation, from.RequestProblemInformation);
        UInt32(output, MqttPropertyId.WillDelayInterval, from.WillDelayInterval);
        Boolean(output, MqttPropertyId.RequestResponseInformation, from.RequestResponseInformation);
        UInt16(output, MqttPropertyId.ReceiveMaximum, from.ReceiveMaximum);
        UInt16(output, MqttPropertyId.TopicAliasMaximum, from.TopicAliasMaximum);
        UInt32(output, MqttPropertyId.MaximumPacketSize, from.MaximumPacketSize);
    }

    private static void WriteServer(PacketBuffer output, MqttProperties from)
    {
        String(output, MqttPropertyId.AssignedClientIdentifier, from.AssignedClientIdentifier);
        UInt16(output, MqttPropertyId.ServerKeepAlive, from.ServerKeepAlive);
        String(output, MqttPropertyId.ResponseInformation, from.ResponseInformation);
        String(output, MqttPropertyId.ServerReference, from.ServerReference);
        String(output, MqttPropertyId.ReasonString, from.ReasonString);
        Boolean(output, MqttPropertyId.MaximumQoS, from.MaximumQoS is { } qos ? qos == 1 : null);
        Boolean(output, MqttPropertyId.RetainAvailable, from.RetainAvailable);
        Boolean(output, MqttPropertyId.WildcardSubscriptionAvailable, from.WildcardSubscriptionAvailable);
        Boolean(output, MqttPropertyId.SubscriptionIdentifierAvailable, from.SubscriptionIdentifierAvailable);
        Boolean(output, MqttPropertyId.SharedSubscriptionAvailable, from.SharedSubscriptionAvailable);
    }

    private static void Boolean(PacketBuffer output, MqttPropertyId id, bool? value)
    {
        if (value is { } present)
        {
            output.WriteByte((byte)id);
            output.WriteByte(present ? (byte)1 : (byte)0);
        }
    }

    private static void UInt16(PacketBuffer output, MqttPropertyId id, ushort? value)
    {
        if (value is { } present)
        {
            output.WriteByte((byte)id);
            output.WriteUInt16(present);
        }
    }

    private static void UInt32(PacketBuffer output, MqttPropertyId id, uint? value)
    {
        if (value is { } present)
        {
            output.WriteByte((byte)id);
            output.WriteUInt32(present);
        }
    }

    private static void String(PacketBuffer output, MqttPropertyId id, string? value)
    {
        if (value is not null)
        {
            output.WriteByte((byte)id);
            output.WriteString(value);
        }
    }

    private static void Binary(PacketBuffer output, MqttPropertyId id, byte[]? value)
    {
        if (value is not null)
        {
            output.WriteByte((byte)id);
            output.WriteBinary(value);
        }
    }
}
