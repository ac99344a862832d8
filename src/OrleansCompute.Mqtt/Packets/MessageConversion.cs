using System.Buffers;

namespace OrleansCompute.Mqtt.Packets;

/// <summary>Between the message that applications see and the properties on the wire.</summary>
internal static class MessageConversion
{
    public static MqttProperties? ToProperties(MqttMessage message)
    {
        if (!message.PayloadIsText && message.ContentType is null && message.ResponseTopic is null && message.CorrelationData is null
            && message.UserProperties.Count == 0 && message.MessageExpiry is null)
        {
            return null;
        }

        return new MqttProperties
        {
            PayloadFormatIndicator = message.PayloadIsText ? true : null,
            ContentType = message.ContentType,
            ResponseTopic = message.ResponseTopic,
            CorrelationData = message.CorrelationData?.ToArray(),
            UserProperties = message.UserProperties.Count == 0 ? null : [.. message.UserProperties],
            MessageExpiryInterval = message.MessageExpiry is { } expiry ? (uint)Math.Clamp(expiry.TotalSeconds, 0, uint.MaxValue) : null,
        };
    }

    /// <summary>A message with its own copy of the payload.</summary>
    public static MqttMessage ToMessage(PublishPacket packet, string topic) => new()
    {
        Topic = topic,
        Payload = packet.Payload.ToArray(),
        QoS = packet.QoS,
        Retain = packet.Retain,
        Duplicate = packet.Duplicate,
        PayloadIsText = packet.Properties?.PayloadFormatIndicator == true,
        ContentType = packet.Properties?.ContentType,
        ResponseTopic = packet.Properties?.ResponseTopic,
        CorrelationData = packet.Properties?.CorrelationData is { } data ? data : null,
        UserProperties = packet.Properties?.UserProperties ?? [],
        MessageExpiry = packet.Properties?.MessageExpiryInterval is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        SubscriptionIdentifiers = packet.Properties?.SubscriptionIdentifiers ?? [],
    };
}
