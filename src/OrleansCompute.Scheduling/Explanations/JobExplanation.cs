using System.Collections.Immutable;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Explanations;

/// <summary>
/// Why a job holds what it holds, or waits, after a round: every number is of that round. Times are seconds on the caller's clock;
/// <see cref="ExplanationText"/> makes a sentence of it, with times of day.
/// </summary>
public sealed record JobExplanation
{
    /// <summary>The job.</summary>
    public required string JobId { get; init; }

    /// <summary>Who pays.</summary>
    public required string Tenant { get; init; }

    /// <summary>The round's time.</summary>
    public required double NowSeconds { get; init; }

    /// <summary>Accelerators that it starts with: its minimum, or where the policy is not elastic, what it requested.</summary>
    public required int Needed { get; init; }

    /// <summary>The part of one accelerator that it wants; null for whole ones.</summary>
    public DeviceFraction? Fraction { get; init; }

    /// <summary>Types that it accepts, among those of the cluster; all where it names none.</summary>
    public required ImmutableArray<string> AcceptedTypes { get; init; }

    /// <summary>What it holds after the round; none where it waits.</summary>
    public required Allocation Allocation { get; init; }

    /// <summary>The same in words.</summary>
    public required string Placement { get; init; }

    /// <summary>Samples of a step that it is to train with there; null where its batch is fixed, or it waits.</summary>
    public int? Batch { get; init; }

    /// <summary>What the policy said of it.</summary>
    public required string PolicyReason { get; init; }

    /// <summary>The accelerators of each type after the round.</summary>
    public required ImmutableArray<TypeSupply> Supply { get; init; }

    /// <summary>What keeps it from starting, what cannot change first; empty where it runs.</summary>
    public required ImmutableArray<BindingLimit> Limits { get; init; }

    /// <summary>Changes with which it starts now; the policy was asked about each. Empty where it runs, or was not asked.</summary>
    public ImmutableArray<StartOption> WouldStart { get; init; } = [];

    /// <summary>When it is expected to start; null where that was not looked for.</summary>
    public SecondsForecast? Start { get; init; }

    /// <summary>When it is expected to end; null where that was not looked for.</summary>
    public SecondsForecast? End { get; init; }

    /// <summary>Whether it waits.</summary>
    public bool IsWaiting => Allocation.IsEmpty;
}
