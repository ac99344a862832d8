namespace OrleansCompute.Edge.Agent.Configuration;

/// <summary>
/// Settings of an agent; checked by <see cref="AgentOptionsValidator"/>, read from a file by <see cref="AgentConfigFile"/>.
/// </summary>
public sealed class AgentOptions
{
    /// <summary>Owner of the device.</summary>
    public string Tenant { get; set; } = "";

    /// <summary>Name of the device within the tenant.</summary>
    public string Device { get; set; } = "";

    /// <summary>Host of the broker. Default 127.0.0.1.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>Port of the broker, 1 to 65535. Default 1883, the registered port of MQTT.</summary>
    public int Port { get; set; } = 1883;

    /// <summary>Password of the device.</summary>
    public string Password { get; set; } = "";

    /// <summary>
    /// Public key (P-256) of whoever may sign models for this device: PEM text, or the base64 text of its SubjectPublicKeyInfo.
    /// </summary>
    public string ModelPublicKey { get; set; } = "";

    /// <summary>
    /// Folder for what must survive a restart: unacknowledged readings, models, how far the camera is. One agent per folder.
    /// </summary>
    public string StateDirectory { get; set; } = "";

    /// <summary>The camera, or null (default) for none.</summary>
    public CameraOptions? Camera { get; set; }

    /// <summary>The sensor, or null (default) for none.</summary>
    public MoteOptions? Mote { get; set; }

    /// <summary>Most readings in a message, 1 to 512. Default 100: 5 KiB, one network packet of a few.</summary>
    public int TelemetryBatchReadings { get; set; } = 100;

    /// <summary>Telemetry messages under way at once, 1 to 1,000. Default 16: hides a commit of 10 ms at 1,600 messages/s.</summary>
    public int TelemetryWindow { get; set; } = 16;

    /// <summary>
    /// Readings that wait for their acknowledgement, 1 to 10,000,000. Default 100,000 (about 20 MB); the sensor waits when full.
    /// </summary>
    public int OutboxReadings { get; set; } = 100_000;

    /// <summary>Most results in a message, 1 to 1,024. Default 100: 2 KiB.</summary>
    public int InferenceBatchResults { get; set; } = 100;

    /// <summary>Pieces of a model asked for at once, 1 to 64. Default 4: 256 KiB under way fill 20 Mbit/s at 100 ms round trip.</summary>
    public int FetchWindow { get; set; } = 4;

    /// <summary>Seconds without a piece after which they are asked for again, 1 to 600. Default 10.</summary>
    public int FetchTimeoutSeconds { get; set; } = 10;

    /// <summary>Largest model taken, bytes, 1 to 256 MiB. Default 64 MiB.</summary>
    public long MaxModelBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Seconds between reports of the counters, 1 to 3,600. Default 5; a change of the model is reported at once.</summary>
    public int ReportIntervalSeconds { get; set; } = 5;

    /// <summary>The MQTT user name: <c>{tenant}/{device}</c>.</summary>
    public string UserName => $"{Tenant}/{Device}";

    /// <summary>The MQTT client id, the same text: a slash is in no name, so that no two devices share it.</summary>
    public string ClientId => UserName;
}
