using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>What the policy would decide with a change, against what it decides without.</summary>
[GenerateSerializer, Immutable, Alias("oc.what-if-report.v1")]
public sealed record WhatIfReport
{
    /// <summary>Jobs for which something changes.</summary>
    [Id(0)] public required ImmutableArray<WhatIfEffect> Effects { get; init; }

    /// <summary>Jobs for which nothing does.</summary>
    [Id(1)] public required int Unchanged { get; init; }

    /// <summary>Accelerators that jobs hold without the change.</summary>
    [Id(2)] public required double HeldBefore { get; init; }

    /// <summary>The same with it.</summary>
    [Id(3)] public required double HeldAfter { get; init; }
}
