using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>The pool with these changes, all at once. Nothing is changed by asking.</summary>
[GenerateSerializer, Immutable, Alias("oc.what-if-question.v1")]
public sealed record WhatIfQuestion
{
    /// <summary>Nodes that come or go.</summary>
    [Id(0)] public ImmutableArray<NodesToAdd> AddNodes { get; init; } = [];

    /// <summary>Nodes that are drained.</summary>
    [Id(1)] public ImmutableArray<string> Drain { get; init; } = [];

    /// <summary>Jobs asked for differently.</summary>
    [Id(2)] public ImmutableArray<JobAdjustment> Jobs { get; init; } = [];

    /// <summary>Other limits of tenants.</summary>
    [Id(3)] public ImmutableArray<QuotaAdjustment> Quotas { get; init; } = [];
}
