using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>What a pool answers a running job that tells that it is there.</summary>
[GenerateSerializer, Immutable, Alias("oc.job-advice.v1")]
public sealed record JobAdvice
{
    /// <summary>Samples of a step from now on, over all accelerators; 0 where the job goes on as it is.</summary>
    [Id(0)] public int BatchSize { get; init; }
}
