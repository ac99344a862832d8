namespace OrleansCompute.Mqtt.Client;

/// <summary>The request needs a connection, and there is none, or it was closed before an answer came.</summary>
public sealed class MqttNotConnectedException : InvalidOperationException
{
    /// <summary>Says why.</summary>
    public MqttNotConnectedException(string message)
        : base(message)
    {
    }
}
