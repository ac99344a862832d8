using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Client;

/// <summary>The broker was reached, but did not let the client in.</summary>
public sealed class MqttConnectRefusedException : Exception
{
    /// <summary>Records the broker's answer.</summary>
    public MqttConnectRefusedException(string host, int port, MqttReasonCode reason, string? serverText)
        : base($"The MQTT broker at {host}:{port} refused the connection: {reason}" + (serverText is null ? "." : $" ({serverText}).")) =>
        (Reason, ServerText) = (reason, serverText);

    /// <summary>A failure code, 0x80 or above; the five codes of 3.1.1 are mapped.</summary>
    public MqttReasonCode Reason { get; }

    /// <summary>The broker's own words; null when it gave none (3.1.1 cannot).</summary>
    public string? ServerText { get; }
}
