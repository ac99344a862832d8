using System.Collections.Immutable;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Packing;
using OrleansCompute.Simulations.Tenants;

namespace OrleansCompute.Cli.Commands.Simulations;

/// <summary>What `oc sim cluster` leaves in its JSON file. Null where the format has no such thing.</summary>
internal sealed record SimulationSummary
{
    public required string Format { get; init; }

    public required string Policy { get; init; }

    public required int Seed { get; init; }

    /// <summary>blind, or clairvoyant: where policies know how long jobs are.</summary>
    public string Track { get; init; } = "blind";

    /// <summary>What policies know, in words.</summary>
    public string Knowledge { get; init; } = "";

    public required int Jobs { get; init; }

    public int? UnfinishedJobs { get; init; }

    /// <summary>Jobs that asked for what there is not: as many as <see cref="Refused"/> has sentences.</summary>
    public int RefusedJobs { get; init; }

    /// <summary>Why the run ended before all jobs were done.</summary>
    public string? EndReason { get; init; }

    /// <summary>Each job that was not done, and what kept it.</summary>
    public ImmutableArray<UnfinishedJob>? Unfinished { get; init; }

    /// <summary>What whoever reads the figures should know of how they came about.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The time that shares are measured over: the makespan, or until the run ended where jobs were left.</summary>
    public double? SimulatedSeconds { get; init; }

    public double? AvgJctSeconds { get; init; }

    public double? MedianJctSeconds { get; init; }

    public double? P99JctSeconds { get; init; }

    public double? MakespanSeconds { get; init; }

    public double? AvgWaitSeconds { get; init; }

    public double? Utilisation { get; init; }

    /// <summary>Share of the accelerators held while at least all were asked for.</summary>
    public double? SaturatedUtilisation { get; init; }

    /// <summary>Accelerator-seconds that the work takes one job at a time on one accelerator, over those that were held.</summary>
    public double? GoodputFraction { get; init; }

    public double? WorstFtf { get; init; }

    public double? UnfairFraction { get; init; }

    public double? GpuHoursPerJob { get; init; }

    public double? Cost { get; init; }

    public double? EnergyKwh { get; init; }

    public double? RestartsPerJob { get; init; }

    /// <summary>Seconds that a start or a change costs, where that is the same for all jobs; where it is not, a note says what it is.</summary>
    public double? RestartSeconds { get; init; }

    /// <summary>Mean times that a job lost a node: failed, or taken back.</summary>
    public double? FailuresPerJob { get; init; }

    /// <summary>Jobs submitted with a deadline, where any were.</summary>
    public int? Deadlines { get; init; }

    /// <summary>Of these, refused at submission.</summary>
    public int? DeadlinesRefused { get; init; }

    /// <summary>Of those not refused, done in time.</summary>
    public int? DeadlinesMet { get; init; }

    public required double AllocationFraction { get; init; }

    public required double FragmentedFraction { get; init; }

    public required double DecisionMsP99 { get; init; }

    public required double WallSeconds { get; init; }

    /// <summary>Jobs that found room, where jobs never leave.</summary>
    public int? PlacedJobs { get; init; }

    /// <summary>Index k: allocation while the demand was k percent of the pool.</summary>
    public ImmutableArray<double>? AllocationPercentByDemandPercent { get; init; }

    /// <summary>Index k: what was free and of no use while the demand was k percent of the pool.</summary>
    public ImmutableArray<double>? FragmentedPercentByDemandPercent { get; init; }

    /// <summary>A sentence for each job that asks for what there is not.</summary>
    public required ImmutableArray<string> Refused { get; init; }

    /// <summary>How tenants fared, where there are any.</summary>
    public ImmutableArray<TenantOutcome>? Tenants { get; init; }

    /// <summary>Jain's index of service over entitlement.</summary>
    public double? TenantFairness { get; init; }

    /// <summary>Each job that finished, where they were asked for.</summary>
    public ImmutableArray<JobOutcome>? PerJob { get; init; }

    /// <summary>In the clairvoyant track, all measures are in here and not beside it, so that nobody takes them for those of the blind one.</summary>
    public SimulationSummary? Clairvoyant { get; init; }

    public SimulationSummary InTheClairvoyantTrack() => this with
    {
        Track = "clairvoyant",
        AvgJctSeconds = null,
        MedianJctSeconds = null,
        P99JctSeconds = null,
        MakespanSeconds = null,
        SimulatedSeconds = null,
        AvgWaitSeconds = null,
        Utilisation = null,
        SaturatedUtilisation = null,
        GoodputFraction = null,
        WorstFtf = null,
        UnfairFraction = null,
        GpuHoursPerJob = null,
        Cost = null,
        EnergyKwh = null,
        RestartsPerJob = null,
        FailuresPerJob = null,
        Deadlines = null,
        DeadlinesRefused = null,
        DeadlinesMet = null,
        Tenants = null,
        TenantFairness = null,
        PerJob = null,
        Refused = [],
        Clairvoyant = this with { Track = "clairvoyant" },
    };

    public static SimulationSummary Of(string format, string policy, int seed, SimulationResult result, ImmutableArray<string> refused) => new()
    {
        Format = format,
        Policy = policy,
        Seed = seed,
        Jobs = result.Jobs,
        UnfinishedJobs = result.UnfinishedJobs,
        RefusedJobs = refused.Length,
        EndReason = result.EndReason.Length == 0 ? null : result.EndReason,
        Unfinished = result.Unfinished.IsEmpty ? null : result.Unfinished,
        SimulatedSeconds = result.SimulatedSeconds,
        AvgJctSeconds = result.AvgJctSeconds,
        MedianJctSeconds = result.MedianJctSeconds,
        P99JctSeconds = result.P99JctSeconds,
        MakespanSeconds = result.MakespanSeconds,
        AvgWaitSeconds = result.AvgWaitSeconds,
        Utilisation = result.Utilisation,
        SaturatedUtilisation = result.SaturatedUtilisation,
        GoodputFraction = result.GoodputFraction,
        WorstFtf = result.WorstFtf,
        UnfairFraction = result.UnfairFraction,
        GpuHoursPerJob = result.GpuHoursPerJob,
        Cost = result.Cost,
        EnergyKwh = result.EnergyKilowattHours,
        RestartsPerJob = result.RestartsPerJob,
        FailuresPerJob = result.FailuresPerJob,
        Deadlines = result.Deadlines == 0 ? null : result.Deadlines,
        DeadlinesRefused = result.Deadlines == 0 ? null : result.DeadlinesRefused,
        DeadlinesMet = result.Deadlines == 0 ? null : result.DeadlinesMet,
        AllocationFraction = result.AllocationFraction,
        FragmentedFraction = result.FragmentedFraction,
        DecisionMsP99 = result.DecisionMsP99,
        WallSeconds = result.WallSeconds,
        Tenants = result.Tenants.IsEmpty ? null : result.Tenants,
        TenantFairness = double.IsNaN(result.TenantFairness) ? null : result.TenantFairness,
        Refused = refused,
    };

    public static SimulationSummary Of(
        string policy, int seed, PackingResult result, int demandPercent, double wallSeconds, ImmutableArray<string> refused) => new()
    {
        Format = "fgd",
        Policy = policy,
        Seed = seed,
        Jobs = result.Tasks,
        RefusedJobs = refused.Length,
        PlacedJobs = result.Placed,
        AllocationFraction = result.AllocationPercent(demandPercent) / 100,
        FragmentedFraction = result.FragmentedPercent(demandPercent) / 100,
        AllocationPercentByDemandPercent = result.AllocationPercentAt,
        FragmentedPercentByDemandPercent = result.FragmentedPercentAt,
        DecisionMsP99 = result.DecisionSeconds.IsEmpty ? 0 : 1_000 * result.DecisionSeconds[(int)(0.99 * (result.DecisionSeconds.Length - 1))],
        WallSeconds = wallSeconds,
        Refused = refused,
    };
}
