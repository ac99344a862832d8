using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>What a change does to one job.</summary>
[GenerateSerializer, Immutable, Alias("oc.what-if-effect.v1")]
public sealed record WhatIfEffect
{
    /// <summary>Tenant and job.</summary>
    [Id(0)] public required string Job { get; init; }

    /// <summary>One of <c>starts</c>, <c>stops</c>, <c>grows</c>, <c>shrinks</c>, <c>moves</c>, <c>waits</c>.</summary>
    [Id(1)] public required string Effect { get; init; }

    /// <summary>What it holds without the change, in words.</summary>
    [Id(2)] public required string Before { get; init; }

    /// <summary>What it would hold, in words.</summary>
    [Id(3)] public required string After { get; init; }

    /// <summary>When it is expected to start without the change, UTC; null where nobody knows.</summary>
    [Id(4)] public DateTimeOffset? StartBefore { get; init; }

    /// <summary>The same with it.</summary>
    [Id(5)] public DateTimeOffset? StartAfter { get; init; }

    /// <summary>What the policy says with the change.</summary>
    [Id(6)] public required string Reason { get; init; }

    /// <summary>Samples of a step that it is to train with without the change; null where that is fixed, or it waits.</summary>
    [Id(7)] public int? BatchBefore { get; init; }

    /// <summary>The same with it.</summary>
    [Id(8)] public int? BatchAfter { get; init; }
}
