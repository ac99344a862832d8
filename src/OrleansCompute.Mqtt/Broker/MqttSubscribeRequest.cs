using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>One filter of a SUBSCRIBE.</summary>
/// <param name="Session">Who subscribes.</param>
/// <param name="Subscription">A valid filter, and how.</param>
public sealed record MqttSubscribeRequest(MqttSessionInfo Session, MqttSubscription Subscription);
