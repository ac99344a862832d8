using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>The answer to a CONNECT. Immutable.</summary>
public sealed class MqttConnectDecision
{
    private MqttConnectDecision(MqttReasonCode reason, object? principal, string? text) =>
        (Reason, Principal, Text) = (reason, principal, text);

    /// <summary>Success, or why not.</summary>
    public MqttReasonCode Reason { get; }

    /// <summary>Whatever identifies the client to the application; comes back with every call for this connection.</summary>
    public object? Principal { get; }

    /// <summary>An explanation for the client (MQTT 5 only).</summary>
    public string? Text { get; }

    /// <summary>Lets the client in.</summary>
    public static MqttConnectDecision Accept(object? principal = null) => new(MqttReasonCode.Success, principal, null);

    /// <summary>Keeps the client out.</summary>
    /// <param name="reason">A failure code that CONNACK may carry, 0x80 or above; mapped to the five codes of 3.1.1.</param>
    /// <param name="text">Sent to MQTT 5 clients: reveal nothing that helps an attacker.</param>
    public static MqttConnectDecision Refuse(MqttReasonCode reason, string? text = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan((byte)reason, 0x80, nameof(reason));
        return new MqttConnectDecision(reason, null, text);
    }
}
