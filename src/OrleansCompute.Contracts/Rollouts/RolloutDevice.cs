using Orleans;

namespace OrleansCompute.Contracts.Rollouts;

/// <summary>One device in a roll-out.</summary>
[GenerateSerializer, Immutable, Alias("oc.rollout-device.v1")]
public sealed record RolloutDevice
{
    /// <summary>Device.</summary>
    [Id(0)] public required string Device { get; init; }

    /// <summary>Wave, from 1.</summary>
    [Id(1)] public required int Wave { get; init; }

    /// <summary>Whether the model was offered to it.</summary>
    [Id(2)] public bool Offered { get; init; }

    /// <summary>Number of the offer; 0 before it.</summary>
    [Id(3)] public long Issue { get; init; }

    /// <summary>How far it is.</summary>
    [Id(4)] public Devices.ModelUpdateState State { get; init; }

    /// <summary>What it says of it.</summary>
    [Id(5)] public string Detail { get; init; } = "";

    /// <summary>Version that it ran before; 0 for none.</summary>
    [Id(6)] public int PreviousVersion { get; init; }
}
