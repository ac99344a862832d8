using System.Net;

namespace OrleansCompute.Gateway;

/// <summary>The doors of the fabric: MQTT broker and REST API. Checked at start by <see cref="GatewayOptionsValidator"/>.</summary>
public sealed class GatewayOptions
{
    /// <summary>Shortest operator key, in characters: 128 bits as hexadecimal digits.</summary>
    public const int MinOperatorKeyLength = 32;

    /// <summary>Longest operator key, in characters: a header line stays far below Kestrel's limit of 32 KiB.</summary>
    public const int MaxOperatorKeyLength = 256;

    /// <summary>Address that the broker listens on. Default 127.0.0.1: a fresh installation is open to this machine only.</summary>
    public string MqttAddress { get; set; } = IPAddress.Loopback.ToString();

    /// <summary>
    /// Port of the broker, 0 to 65535; 0 takes a free one, see <see cref="IGatewayEndpoints"/>. Default 1883, the IANA port of
    /// MQTT.
    /// </summary>
    public int MqttPort { get; set; } = 1883;

    /// <summary>
    /// Development only: MQTT clients without credentials are accepted, and REST requests without a key act as operator.
    /// Default false.
    /// </summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>
    /// Key that may do everything over REST, 32 to 256 characters; null (the default) for none, which only
    /// <see cref="AllowAnonymous"/> permits. It does not begin with <c>oc_</c>: so tenants' keys begin.
    /// </summary>
    public string? OperatorKey { get; set; }

    /// <summary>
    /// Readings of one device that are stored but not in its twin yet, beyond which the device's next message waits, 1 to 1,000,000.
    /// Default 4096: eight full batches.
    /// </summary>
    public int MaxTwinBacklogReadings { get; set; } = 4096;

    /// <summary>
    /// Model chunks that are read and sent at a time, over all devices, 1 to 1024. Default 16: 4 MiB at the largest chunk.
    /// </summary>
    public int MaxConcurrentChunks { get; set; } = 16;

    /// <summary>Largest artifact over REST, in bytes, 1 to 2^40. Default 512 MiB.</summary>
    public long MaxArtifactBytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>Grain calls that one list request has under way at a time, 1 to 256. Default 16.</summary>
    public int MaxListConcurrency { get; set; } = 16;
}
