using Orleans;

namespace OrleansCompute.Contracts.Devices;

/// <summary>One measured quantity.</summary>
[GenerateSerializer, Immutable, Alias("oc.named-value.v1")]
public readonly record struct NamedValue
{
    /// <summary>Quantity, for example <c>temperature</c>.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Finite value, in the unit that the device uses.</summary>
    [Id(1)] public required double Value { get; init; }
}
