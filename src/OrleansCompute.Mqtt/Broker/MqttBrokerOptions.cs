using System.Net;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>
/// Limits and addresses of a broker. Read once, when the broker is created; checked by <see cref="MqttBrokerOptionsValidator"/>.
/// </summary>
public sealed class MqttBrokerOptions
{
    /// <summary>Where to listen. Default: loopback, so that nothing is open by accident.</summary>
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    /// <summary>0 to 65,535; 0 takes a free port. Default 1883, the registered port.</summary>
    public int Port { get; set; } = 1883;

    /// <summary>What an error about the port tells the user to change. Default <c>--mqtt-port</c>.</summary>
    public string PortOptionName { get; set; } = "--mqtt-port";

    /// <summary>Largest packet taken from a client, bytes, 128 to 268,435,460. Default 1 MiB: four times the largest model chunk.</summary>
    public int MaximumPacketSizeBytes { get; set; } = 1_048_576;

    /// <summary>Publishes of one connection that may wait in the handler, 1 to 65,535. Default 1,024: one group commit's worth.</summary>
    public int ReceiveMaximum { get; set; } = 1_024;

    /// <summary>Topic aliases that a client may define, 0 to 65,535. Default 16.</summary>
    public int TopicAliasMaximum { get; set; } = 16;

    /// <summary>Open connections, 1 to 1,000,000. Default 100,000. More are closed at once and counted as refused.</summary>
    public int MaximumConnections { get; set; } = 100_000;

    /// <summary>Sessions, connected or not, 1 to 10,000,000. Default 200,000.</summary>
    public int MaximumSessions { get; set; } = 200_000;

    /// <summary>Topic filters per session, 1 to 100,000. Default 1,000.</summary>
    public int MaximumSubscriptionsPerSession { get; set; } = 1_000;

    /// <summary>Messages that wait for one session, 1 to 1,000,000. Default 1,000, as mosquitto has it. QoS 0 is dropped first.</summary>
    public int MaximumQueuedMessages { get; set; } = 1_000;

    /// <summary>Payload bytes that wait for one session, 1,024 to 1,073,741,824. Default 16 MiB.</summary>
    public int MaximumQueuedBytes { get; set; } = 16 * 1_048_576;

    /// <summary>Retained messages, 0 to 10,000,000. Default 100,000. Beyond it a new topic is not retained; counted.</summary>
    public int MaximumRetainedMessages { get; set; } = 100_000;

    /// <summary>Payload bytes of retained messages, 0 to 1 TiB. Default 256 MiB.</summary>
    public long MaximumRetainedBytes { get; set; } = 256L * 1_048_576;

    /// <summary>
    /// Longest life of a session without a connection, 0 to 10 years. Default 7 days; a client that asks for more gets this.
    /// </summary>
    public TimeSpan MaximumSessionExpiry { get; set; } = TimeSpan.FromDays(7);

    /// <summary>From accepting a connection to a complete CONNECT, 1 to 300 s. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
