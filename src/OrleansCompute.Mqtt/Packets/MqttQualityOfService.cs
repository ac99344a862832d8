namespace OrleansCompute.Mqtt.Packets;

/// <summary>How hard sender and receiver try to deliver one message.</summary>
public enum MqttQualityOfService : byte
{
    /// <summary>QoS 0: sent once, never acknowledged.</summary>
    AtMostOnce = 0,

    /// <summary>QoS 1: repeated until acknowledged; may arrive twice.</summary>
    AtLeastOnce = 1,

    /// <summary>QoS 2: a four-packet exchange; arrives once.</summary>
    ExactlyOnce = 2,
}
