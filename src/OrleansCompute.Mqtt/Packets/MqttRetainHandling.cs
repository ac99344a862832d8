namespace OrleansCompute.Mqtt.Packets;

/// <summary>When a subscriber gets the retained messages of its filter (MQTT 5; 3.1.1 always sends them).</summary>
public enum MqttRetainHandling : byte
{
    /// <summary>At every SUBSCRIBE.</summary>
    Send = 0,

    /// <summary>Only when the subscription is new.</summary>
    SendIfNew = 1,

    /// <summary>Never.</summary>
    DoNotSend = 2,
}
