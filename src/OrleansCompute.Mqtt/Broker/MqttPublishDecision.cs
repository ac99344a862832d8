using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>What becomes of a published message.</summary>
public readonly record struct MqttPublishDecision
{
    private MqttPublishDecision(bool forwards, MqttReasonCode reason) => (Forwards, Reason) = (forwards, reason);

    /// <summary>Route it to the subscribers, retain it if asked, acknowledge it.</summary>
    public static MqttPublishDecision Forward { get; } = new(true, MqttReasonCode.Success);

    /// <summary>Acknowledge it; it goes nowhere else. Also the default value.</summary>
    public static MqttPublishDecision Consume { get; } = new(false, MqttReasonCode.Success);

    /// <summary>Whether subscribers get it.</summary>
    public bool Forwards { get; }

    /// <summary>Success, or the failure that the client is told.</summary>
    public MqttReasonCode Reason { get; }

    /// <summary>
    /// Do not take it. MQTT 5 clients get the code in the acknowledgement. 3.1.1 has no negative acknowledgement: what can never
    /// succeed (not authorised, topic or payload invalid) is acknowledged and dropped, anything else closes the connection, so
    /// that the client keeps the message and tries again.
    /// </summary>
    /// <param name="reason">Unspecified, implementation specific, not authorised, topic invalid, quota exceeded or payload invalid.</param>
    public static MqttPublishDecision Refuse(MqttReasonCode reason) =>
        reason is MqttReasonCode.UnspecifiedError or MqttReasonCode.ImplementationSpecificError or MqttReasonCode.NotAuthorized
            or MqttReasonCode.TopicNameInvalid or MqttReasonCode.QuotaExceeded or MqttReasonCode.PayloadFormatInvalid
            ? new MqttPublishDecision(false, reason)
            : throw new ArgumentOutOfRangeException(
                nameof(reason), reason, "A PUBACK may carry 0x80, 0x83, 0x87, 0x90, 0x97 or 0x99 as a refusal.");
}
