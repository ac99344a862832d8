using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>What may be changed of a job that is not finished; what is null stays as it is.</summary>
[GenerateSerializer, Immutable, Alias("oc.job-settings.v1")]
public sealed record JobSettings
{
    /// <summary>Most money that it may spend in all, with what it has spent, above 0 to 1,000,000,000.</summary>
    [Id(0)] public decimal? Budget { get; init; }

    /// <summary>A higher one goes first, -1000 to 1000.</summary>
    [Id(1)] public int? Priority { get; init; }

    /// <summary>Whether it may spend what it needs from now on; not together with <see cref="Budget"/>. Default false.</summary>
    [Id(2)] public bool NoBudget { get; init; }
}
