namespace OrleansCompute.Edge.Protocol;

/// <summary>
/// What agents and gateway refuse to send and to accept. All of it is checked before memory is allocated for the value.
/// </summary>
public static class ProtocolLimits
{
    /// <summary>The schema version that is written. Later versions are read as far as their first fields are these.</summary>
    public const int SchemaVersion = 1;

    /// <summary>Longest tenant, device, model or command name, in characters: a DNS label holds 63, a person reads less.</summary>
    public const int MaxNameLength = 64;

    /// <summary>Longest topic, in characters: three names of 64, the fixed words and the slashes make 218.</summary>
    public const int MaxTopicLength = 256;

    /// <summary>Largest telemetry payload: 512 readings of a mote's two values take 24 KiB, so this is twice a full batch.</summary>
    public const int MaxTelemetryBytes = 64 * 1024;

    /// <summary>Most values in a reading: a large industrial sensor head has some dozens of channels.</summary>
    public const int MaxValuesPerReading = 64;

    /// <summary>Most readings in a batch: 43 minutes of a mote at one reading every 5 s fit one message after an outage.</summary>
    public const int MaxReadingsPerBatch = 512;

    /// <summary>Deepest JSON nesting: a batch needs four levels, the rest is room for fields that are skipped.</summary>
    public const int MaxJsonDepth = 8;

    /// <summary>Largest inference report: 1024 results of at most 26 bytes and the names are 27 KiB.</summary>
    public const int MaxInferenceBytes = 32 * 1024;

    /// <summary>Most results in an inference report.</summary>
    public const int MaxResultsPerReport = 1024;

    /// <summary>Largest hard sample: an image of 64 KiB and its envelope.</summary>
    public const int MaxSampleBytes = MaxImageBytes + 64;

    /// <summary>Largest image in a hard sample: a 28 x 28 image is 784 bytes, a 224 x 224 JPEG about 30 KiB.</summary>
    public const int MaxImageBytes = 64 * 1024;

    /// <summary>Largest state, command or command result: they are for people and settings, not for data.</summary>
    public const int MaxStateBytes = 16 * 1024;

    /// <summary>Longest explanation in a report or a result, in UTF-8 bytes: a paragraph.</summary>
    public const int MaxDetailBytes = 2048;

    /// <summary>Largest arguments or output of a command, in UTF-8 bytes.</summary>
    public const int MaxArgumentsBytes = 8 * 1024;

    /// <summary>Largest model offer: 600 bytes are usual; 32 metrics of 64 characters make 3 KiB.</summary>
    public const int MaxOfferBytes = 16 * 1024;

    /// <summary>Most metrics in a model offer.</summary>
    public const int MaxMetricsPerOffer = 32;

    /// <summary>Largest model package: 256 MiB is more than a model that a small device can run at all.</summary>
    public const long MaxPackageBytes = 256L * 1024 * 1024;

    /// <summary>Smallest chunk, so that a hostile offer cannot ask for millions of messages of a byte.</summary>
    public const int MinChunkBytes = 1024;

    /// <summary>Usual chunk: at 1 Mbit/s it takes half a second, so that telemetry between chunks is not held up for longer.</summary>
    public const int DefaultChunkBytes = 64 * 1024;

    /// <summary>
    /// Largest chunk: the largest MQTT packet that common brokers accept unasked (268 435 455 bytes at most, often 256 KiB).
    /// </summary>
    public const int MaxChunkBytes = 256 * 1024;

    /// <summary>Largest model chunk message: the data and its envelope.</summary>
    public const int MaxChunkMessageBytes = MaxChunkBytes + 64;

    /// <summary>Largest model fetch message: five integers.</summary>
    public const int MaxFetchBytes = 256;

    /// <summary>Bytes of a SHA-256 hash.</summary>
    public const int Sha256Bytes = 32;

    /// <summary>Bytes of an ECDSA P-256 signature in the IEEE P1363 form: two integers of 32.</summary>
    public const int SignatureBytes = 64;
}
