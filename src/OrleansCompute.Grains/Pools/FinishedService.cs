using Orleans;

namespace OrleansCompute.Grains.Pools;

/// <summary>What one job needed that is done.</summary>
[GenerateSerializer, Immutable, Alias("oc.finished-service.v1")]
public sealed record FinishedService
{
    /// <summary>Whose it was.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>Accelerator-seconds that it held in all.</summary>
    [Id(1)] public required double AcceleratorSeconds { get; init; }
}
