using System.Collections.Immutable;
using OrleansCompute.Simulations.Engine;

namespace OrleansCompute.Simulations.Sweeps;

/// <summary>A policy on a workload of a sweep.</summary>
/// <param name="Workload">Name of the case.</param>
/// <param name="Policy">The policy, with its parameters.</param>
/// <param name="Seed">Of all chance.</param>
/// <param name="RefusedJobs">Jobs that asked for what there is not.</param>
/// <param name="Result">What came of it; its rounds and samples are left out.</param>
public sealed record SweepRow(string Workload, string Policy, int Seed, int RefusedJobs, SimulationResult Result)
{
    /// <summary>What whoever reads the result should know.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}
