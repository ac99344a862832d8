using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>Why a job waits, or holds what it holds, in words and numbers.</summary>
[GenerateSerializer, Immutable, Alias("oc.job-explanation.v1")]
public sealed record JobExplanation
{
    /// <summary>Tenant that pays.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>The job.</summary>
    [Id(1)] public required string Job { get; init; }

    /// <summary>Whether it holds nothing.</summary>
    [Id(2)] public required bool IsWaiting { get; init; }

    /// <summary>All of it in one sentence.</summary>
    [Id(3)] public required string Sentence { get; init; }

    /// <summary>Accelerators that it starts with.</summary>
    [Id(4)] public int Needed { get; init; }

    /// <summary>Accelerators that it accepts and nobody holds.</summary>
    [Id(5)] public int Free { get; init; }

    /// <summary>Who holds the others, who is expected to end first coming first.</summary>
    [Id(6)] public ImmutableArray<AcceleratorHolding> Holders { get; init; } = [];

    /// <summary>Changes with which it would start now, as the policy says when asked.</summary>
    [Id(7)] public ImmutableArray<string> WouldStart { get; init; } = [];

    /// <summary>When it is expected to start, UTC; null where nobody knows.</summary>
    [Id(8)] public DateTimeOffset? ExpectedStart { get; init; }

    /// <summary>When it is expected to end, UTC; null where nobody knows.</summary>
    [Id(9)] public DateTimeOffset? ExpectedEnd { get; init; }

    /// <summary>When the policy was asked, UTC: the pool's reason may be of an earlier round until then, and is this one from then on.</summary>
    [Id(10)] public DateTimeOffset? AskedAt { get; init; }

    /// <summary>Samples of a step that the policy decides on with what the job holds or gets; null where that is fixed, or it waits.</summary>
    [Id(11)] public int? BatchSize { get; init; }
}
