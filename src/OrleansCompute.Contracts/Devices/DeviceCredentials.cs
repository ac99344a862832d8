using Orleans;

namespace OrleansCompute.Contracts.Devices;

/// <summary>What a device needs to connect. The secret is shown once and stored only as a salted hash.</summary>
[GenerateSerializer, Immutable, Alias("oc.device-credentials.v1")]
public sealed record DeviceCredentials
{
    /// <summary>Tenant.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>Device.</summary>
    [Id(1)] public required string Device { get; init; }

    /// <summary>MQTT user name: <c>tenant/device</c>.</summary>
    [Id(2)] public required string UserName { get; init; }

    /// <summary>MQTT password, 256 random bits.</summary>
    [Id(3)] public required string Secret { get; init; }

    /// <summary>Public key that signs models, DER SubjectPublicKeyInfo, base64.</summary>
    [Id(4)] public required string ModelPublicKey { get; init; }
}
