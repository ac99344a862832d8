using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>How noisy a job's gradients are: that of a batch of B samples has the variance SampleVariance / B (McCandlish et al. 2018).</summary>
[GenerateSerializer, Immutable, Alias("oc.noise-report.v1")]
public sealed record NoiseReport
{
    /// <summary>Squared norm of the true gradient, above 0.</summary>
    [Id(0)] public required double Square { get; init; }

    /// <summary>Variance of the gradient of one sample, 0 or more.</summary>
    [Id(1)] public required double SampleVariance { get; init; }
}
