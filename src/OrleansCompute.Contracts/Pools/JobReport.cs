using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>What a running job tells its pool from time to time: that it is there, and how fast.</summary>
[GenerateSerializer, Immutable, Alias("oc.job-report.v1")]
public sealed record JobReport
{
    /// <summary>Mean duration of the recent steps with the present batch and workers, seconds; 0 before the first.</summary>
    [Id(0)] public double StepSeconds { get; init; }

    /// <summary>Seconds to its end at the present speed; null where it cannot say.</summary>
    [Id(1)] public double? RemainingSeconds { get; init; }

    /// <summary>Its workers in that step.</summary>
    [Id(2)] public ImmutableArray<WorkerReport> Workers { get; init; } = [];

    /// <summary>
    /// Leases that it has workers under, or will have; empty where it does not say. One that it was told of and then does not name for
    /// longer than a lease lasts is ended.
    /// </summary>
    [Id(3)] public ImmutableArray<long> Leases { get; init; } = [];

    /// <summary>Samples of these steps, over all workers; 0 where it does not say.</summary>
    [Id(4)] public int BatchSize { get; init; }

    /// <summary>Noise of its gradients; null where it is not measured, or not known yet.</summary>
    [Id(5)] public NoiseReport? Noise { get; init; }
}
