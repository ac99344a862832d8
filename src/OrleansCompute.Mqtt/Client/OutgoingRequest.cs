using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Client;

/// <summary>Something that waits for an answer: a publish, a SUBSCRIBE or an UNSUBSCRIBE. Guarded by the queue's lock.</summary>
internal sealed class OutgoingRequest
{
    /// <summary>Exactly one of the three is set.</summary>
    public MqttMessage? Message { get; init; }

    public IReadOnlyList<MqttSubscription>? Subscriptions { get; init; }

    public IReadOnlyList<string>? Filters { get; init; }

    public TaskCompletionSource<IReadOnlyList<MqttReasonCode>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>QoS 2: PUBREC has come.</summary>
    public bool Released { get; set; }

    /// <summary>It has been sent on an earlier connection.</summary>
    public bool IsRepeated { get; set; }

    public bool IsAcknowledgedPublish => Message is { QoS: not MqttQualityOfService.AtMostOnce };
}
