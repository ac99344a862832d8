using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>Something that happened to a job.</summary>
[GenerateSerializer, Immutable, Alias("oc.job-event.v1")]
public sealed record JobEvent
{
    /// <summary>When, UTC.</summary>
    [Id(0)] public required DateTimeOffset At { get; init; }

    /// <summary>A sentence.</summary>
    [Id(1)] public required string Text { get; init; }
}
