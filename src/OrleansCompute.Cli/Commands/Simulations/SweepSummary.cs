using System.Collections.Immutable;
using OrleansCompute.Simulations.Sweeps;

namespace OrleansCompute.Cli.Commands.Simulations;

/// <summary>What `oc sim sweep` leaves in its JSON file.</summary>
internal sealed record SweepSummary
{
    public required string Format { get; init; }

    public required string? Cluster { get; init; }

    /// <summary>blind, or clairvoyant: where policies know how long jobs are.</summary>
    public required string Track { get; init; }

    /// <summary>What policies know, in words.</summary>
    public required string Knowledge { get; init; }

    /// <summary>Jobs of each generated workload; null where the files were run as they are.</summary>
    public int? GeneratedJobs { get; init; }

    /// <summary>What whoever reads the figures should know of how they came about.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Each policy over all runs, in the order in which they were named.</summary>
    public ImmutableArray<SweepTotals> Policies { get; init; } = [];

    /// <summary>Each run.</summary>
    public ImmutableArray<SweepRunSummary> Runs { get; init; } = [];

    /// <summary>With fgd: each policy on each workload.</summary>
    public ImmutableArray<SweepPackingSummary> Packing { get; init; } = [];
}
