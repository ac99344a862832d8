using System.Collections.Immutable;

namespace OrleansCompute.Scheduling.Explanations;

/// <summary>
/// What the policy would decide with a change, against what it decides without: both asked of the same snapshot at the same time, so
/// that the change makes all the difference. A job is in one list only.
/// </summary>
public sealed record WhatIfAnswer
{
    /// <summary>Jobs that would start.</summary>
    public required ImmutableArray<JobDifference> Starts { get; init; }

    /// <summary>Jobs that would not run any more: preempted, or withdrawn.</summary>
    public required ImmutableArray<JobDifference> Stops { get; init; }

    /// <summary>Jobs that would hold more accelerators.</summary>
    public required ImmutableArray<JobDifference> Grows { get; init; }

    /// <summary>Jobs that would hold fewer.</summary>
    public required ImmutableArray<JobDifference> Shrinks { get; init; }

    /// <summary>Jobs that would hold as many, elsewhere.</summary>
    public required ImmutableArray<JobDifference> Moves { get; init; }

    /// <summary>Jobs that wait with and without the change, and are expected to start at another time.</summary>
    public required ImmutableArray<JobDifference> Waits { get; init; }

    /// <summary>Jobs for which nothing changes now.</summary>
    public required int Unchanged { get; init; }

    /// <summary>Accelerators that jobs hold without the change, a part counting as its share.</summary>
    public required double HeldBefore { get; init; }

    /// <summary>The same with it.</summary>
    public required double HeldAfter { get; init; }

    /// <summary>What the jobs cost for an hour without the change, in the currency of the nodes' prices.</summary>
    public required double CostPerHourBefore { get; init; }

    /// <summary>The same with it.</summary>
    public required double CostPerHourAfter { get; init; }

    /// <summary>Watts that they draw without the change.</summary>
    public required double WattsBefore { get; init; }

    /// <summary>The same with it.</summary>
    public required double WattsAfter { get; init; }
}
