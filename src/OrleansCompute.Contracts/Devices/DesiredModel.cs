using Orleans;

namespace OrleansCompute.Contracts.Devices;

/// <summary>The model that a device is to run.</summary>
[GenerateSerializer, Immutable, Alias("oc.desired-model.v1")]
public sealed record DesiredModel
{
    /// <summary>Name in the tenant's registry.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Version.</summary>
    [Id(1)] public required int Version { get; init; }

    /// <summary>Number of the offer, ascending in a model: a device takes no offer twice.</summary>
    [Id(2)] public required long Issue { get; init; }

    /// <summary>SHA-256 of the ONNX file, lower-case hexadecimal.</summary>
    [Id(3)] public required string Sha256 { get; init; }

    /// <summary>Size of the ONNX file.</summary>
    [Id(4)] public required long SizeBytes { get; init; }
}
