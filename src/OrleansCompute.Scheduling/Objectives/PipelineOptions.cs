using OrleansCompute.Scheduling.Colocation;
using OrleansCompute.Scheduling.Deadlines;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Gangs;
using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Reservations;

namespace OrleansCompute.Scheduling.Objectives;

/// <summary>What a pool does around its policy. A part that is null is left out.</summary>
public sealed record PipelineOptions
{
    /// <summary>Rules for tenants, preemption and parts of accelerators, which always hold; null for their defaults.</summary>
    public GovernanceOptions? Governance { get; init; }

    /// <summary>Accelerators are held back for jobs that wait too long. Default on.</summary>
    public ReservationOptions? Reservations { get; init; } = new();

    /// <summary>Jobs with deadlines get what meets them. Default on.</summary>
    public DeadlineOptions? Deadlines { get; init; } = new();

    /// <summary>Jobs that may run on several types at once do. Default on.</summary>
    public MixedGangOptions? MixedGangs { get; init; } = new();

    /// <summary>Jobs are moved so that a gang is together. Default on.</summary>
    public DefragmentationOptions? Defragmentation { get; init; } = new();

    /// <summary>Nodes that may be taken back are used for what suits them. Default on.</summary>
    public SpotOptions? Spot { get; init; } = new();

    /// <summary>Types are chosen by work per money. Default off: by speed.</summary>
    public CostOptions? Cost { get; init; }

    /// <summary>
    /// With the policy <c>default</c>, two jobs share accelerators where it is known that both get on better so. Default on; it changes
    /// nothing where no job knows how fast it is beside others.
    /// </summary>
    public ColocationOptions? Colocation { get; init; } = new();

    /// <summary>Whether jobs are stopped when their money is used up. Default true.</summary>
    public bool KeepsBudgets { get; init; } = true;

    /// <summary>How long jobs take; null where only what is stated counts.</summary>
    public JobLengths? Lengths { get; init; }
}
