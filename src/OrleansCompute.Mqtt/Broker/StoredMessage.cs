using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>A message that outlives its arrival: one copy of the bytes for all subscribers and the retained store. Immutable.</summary>
internal sealed class StoredMessage
{
    public required string Topic { get; init; }

    public required ReadOnlyMemory<byte> Payload { get; init; }

    public MqttQualityOfService QoS { get; init; }

    public bool Retain { get; init; }

    /// <summary>The properties to forward, without alias, identifiers and expiry; null when there are none.</summary>
    public MqttProperties? Properties { get; init; }

    /// <summary>Time-provider timestamp after which it is not delivered; null: never.</summary>
    public long? ExpiresAt { get; init; }

    /// <summary>What is forwarded of a publisher's properties (3.3.2.3: unaltered, without the connection's own).</summary>
    public static MqttProperties? Forwarded(MqttProperties? from) =>
        from is null || (from.PayloadFormatIndicator is null && from.ContentType is null && from.ResponseTopic is null
            && from.CorrelationData is null && from.UserProperties is null)
            ? null
            : new MqttProperties
            {
                PayloadFormatIndicator = from.PayloadFormatIndicator,
                ContentType = from.ContentType,
                ResponseTopic = from.ResponseTopic,
                CorrelationData = from.CorrelationData,
                UserProperties = from.UserProperties,
            };

    /// <summary>The properties of one delivery.</summary>
    public MqttProperties? For(List<uint>? subscriptionIdentifiers, uint? secondsLeft)
    {
        if (subscriptionIdentifiers is null && secondsLeft is null)
        {
            return Properties;
        }

        return new MqttProperties
        {
            PayloadFormatIndicator = Properties?.PayloadFormatIndicator,
            ContentType = Properties?.ContentType,
            ResponseTopic = Properties?.ResponseTopic,
            CorrelationData = Properties?.CorrelationData,
            UserProperties = Properties?.UserProperties,
            SubscriptionIdentifiers = subscriptionIdentifiers,
            MessageExpiryInterval = secondsLeft,
        };
    }
}
