using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Client;

/// <summary>How a client connects. Read when the client is created; checked there, all errors at once.</summary>
public sealed class MqttClientOptions
{
    /// <summary>Name or address of the broker. Default: this machine.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>1 to 65,535. Default 1883.</summary>
    public int Port { get; set; } = 1883;

    /// <summary>Empty (default): the broker makes one up, which is kept for reconnecting.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Null (default): none.</summary>
    public string? UserName { get; set; }

    /// <summary>Null (default): none. Sent as UTF-8; 3.1.1 needs a user name with it.</summary>
    public string? Password { get; set; }

    /// <summary>Default 5.0.</summary>
    public MqttProtocolVersion ProtocolVersion { get; set; } = MqttProtocolVersion.V500;

    /// <summary>
    /// 0 to 65,535 s, whole seconds; 0 switches the check off. Default 30 s: under the minutes after which routers forget a
    /// connection. A ping is sent after half of it.
    /// </summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Throws an earlier session away at the first connect. Default true.</summary>
    public bool CleanStart { get; set; } = true;

    /// <summary>MQTT 5: how long the broker keeps the session without a connection, 0 (default) to 4,294,967,295 s.</summary>
    public TimeSpan SessionExpiry { get; set; }

    /// <summary>What the broker publishes when the client vanishes; null (default): nothing.</summary>
    public MqttMessage? Will { get; set; }

    /// <summary>MQTT 5: how long the broker waits with the will. Default 0.</summary>
    public TimeSpan WillDelay { get; set; }

    /// <summary>Unacknowledged messages taken from the broker, 1 to 65,535. Default 1,024.</summary>
    public int ReceiveMaximum { get; set; } = 1_024;

    /// <summary>Largest packet taken from the broker, bytes, 128 to 268,435,460. Default 16 MiB.</summary>
    public int MaximumPacketSizeBytes { get; set; } = 16 * 1_048_576;

    /// <summary>Publishes that wait or are unacknowledged before a further one has to wait, 1 to 1,000,000. Default 10,000.</summary>
    public int MaximumPendingPublishes { get; set; } = 10_000;

    /// <summary>From the first packet to the broker's answer, 0.1 to 300 s. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Connects again when the connection is lost. Default true. Never after a take-over: two clients would fight for ever.
    /// </summary>
    public bool AutomaticReconnect { get; set; } = true;

    /// <summary>
    /// The first delay is drawn from zero to this; the limit doubles at every failure, and at every loss of a connection that did not
    /// last for the maximum delay. Default 0.5 s.
    /// </summary>
    public TimeSpan ReconnectMinimumDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The limit stops doubling here. Default 30 s.</summary>
    public TimeSpan ReconnectMaximumDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Draws the delays, used by this client only. Null (default): seeded by the client id, so that a fleet spreads out and a run
    /// can be repeated.
    /// </summary>
    public Random? Random { get; set; }
}
