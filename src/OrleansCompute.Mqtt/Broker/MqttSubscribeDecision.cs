using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>The answer to one filter of a SUBSCRIBE.</summary>
public readonly record struct MqttSubscribeDecision
{
    private MqttSubscribeDecision(MqttReasonCode reason) => Reason = reason;

    /// <summary>The highest QoS granted (0 to 2), or a failure. The default value grants QoS 0.</summary>
    public MqttReasonCode Reason { get; }

    /// <summary>Grants the subscription.</summary>
    /// <param name="maximum">The session gets the lower of this and what it asked for.</param>
    public static MqttSubscribeDecision Allow(MqttQualityOfService maximum = MqttQualityOfService.ExactlyOnce) =>
        new((MqttReasonCode)maximum);

    /// <summary>Refuses it; 3.1.1 clients get 0x80 whatever the reason.</summary>
    /// <param name="reason">Unspecified, implementation specific, not authorised, filter invalid or quota exceeded.</param>
    public static MqttSubscribeDecision Refuse(MqttReasonCode reason) =>
        reason is MqttReasonCode.UnspecifiedError or MqttReasonCode.ImplementationSpecificError or MqttReasonCode.NotAuthorized
            or MqttReasonCode.TopicFilterInvalid or MqttReasonCode.QuotaExceeded
            ? new MqttSubscribeDecision(reason)
            : throw new ArgumentOutOfRangeException(
                nameof(reason), reason, "A SUBACK may carry 0x80, 0x83, 0x87, 0x8F or 0x97 as a refusal.");
}
