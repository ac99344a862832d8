using Orleans;

namespace OrleansCompute.Contracts.Devices;

/// <summary>A live MQTT connection of a device.</summary>
[GenerateSerializer, Immutable, Alias("oc.device-connection.v1")]
public sealed record DeviceConnection
{
    /// <summary>Unique over all connections, so that a late goodbye of an old one is told from the new.</summary>
    [Id(0)] public required string ConnectionId { get; init; }

    /// <summary>Where it came from, address and port.</summary>
    [Id(1)] public required string RemoteEndpoint { get; init; }

    /// <summary>MQTT version, for example <c>5.0</c>.</summary>
    [Id(2)] public required string Protocol { get; init; }

    /// <summary>Since when, UTC.</summary>
    [Id(3)] public required DateTimeOffset Since { get; init; }
}
