using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Client;

/// <summary>What has become of the connection: one of the nested records.</summary>
public abstract record MqttConnectionState
{
    private MqttConnectionState()
    {
    }

    /// <summary>Connected.</summary>
    /// <param name="SessionPresent">Whether the broker continued a session; if not, the client has subscribed again by itself.</param>
    public sealed record Connected(bool SessionPresent) : MqttConnectionState;

    /// <summary>The connection, or an attempt to get it back, has failed; the next attempt follows after a delay.</summary>
    /// <param name="Attempt">Counts from 1 since the connection was lost.</param>
    /// <param name="Delay">Until the next attempt.</param>
    /// <param name="Cause">Why it failed.</param>
    public sealed record Reconnecting(int Attempt, TimeSpan Delay, string Cause) : MqttConnectionState;

    /// <summary>The end: the client asked for it, or may not or should not reconnect.</summary>
    /// <param name="Reason">The broker's reason; null when it gave none.</param>
    /// <param name="Cause">Why.</param>
    public sealed record Disconnected(MqttReasonCode? Reason, string Cause) : MqttConnectionState;
}
