using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Simulations.Engine;

/// <summary>What a <see cref="ClusterSimulator"/> needs, made from files.</summary>
/// <param name="Cluster">Nodes, all ready.</param>
/// <param name="Jobs">Jobs that can run on it, not yet run: good for one run.</param>
/// <param name="Policy">Decides.</param>
/// <param name="Refused">A sentence for each job that asks for what the cluster does not have; the others run.</param>
public sealed record SimulationSetup(
    ClusterSnapshot Cluster, ImmutableArray<SimulatedJob> Jobs, ISchedulingPolicy Policy, ImmutableArray<string> Refused)
{
    /// <summary>What whoever reads the result should know: sentences on what was taken otherwise than it may look.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}
