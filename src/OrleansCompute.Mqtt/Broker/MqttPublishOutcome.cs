namespace OrleansCompute.Mqtt.Broker;

/// <summary>Where a message went.</summary>
/// <param name="QueuedSessions">Sessions whose queue took it, connected or not.</param>
/// <param name="DroppedSessions">Sessions that should have had it, but whose queue was full.</param>
public readonly record struct MqttPublishOutcome(int QueuedSessions, int DroppedSessions);
