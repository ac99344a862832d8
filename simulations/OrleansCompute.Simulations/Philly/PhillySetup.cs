using System.Collections.Immutable;
using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Mixing;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Formats;

namespace OrleansCompute.Simulations.Philly;

/// <summary>A Philly trace, ready to run.</summary>
public static class PhillySetup
{
    /// <summary>Reads the file.</summary>
    /// <param name="workloadPath">The trace.</param>
    /// <param name="cluster">All types are alike to these jobs.</param>
    /// <param name="policyName">A name of <see cref="SchedulingPolicies"/>; <c>default</c> is <see cref="MixedTypePolicy"/>, as jobs have a
    /// fixed size.</param>
    /// <exception cref="TraceFormatException">The file is malformed; the message names file, line and column.</exception>
    /// <exception cref="ArgumentException">There is no such policy.</exception>
    public static SimulationSetup Load(string workloadPath, ClusterSpec cluster, string policyName)
    {
        using var text = new StreamReader(workloadPath);
        return Make(PhillyTrace.Read(workloadPath, text), cluster, Policy(policyName));
    }

    /// <summary>The policy of a name: <c>default</c> is <see cref="MixedTypePolicy"/>, as these jobs have a fixed size.</summary>
    public static ISchedulingPolicy Policy(string name) => name == "default" ? new GovernedPolicy(new MixedTypePolicy()) : SchedulingPolicies.Create(name);

    /// <summary>Makes a run of rows read, or resampled.</summary>
    /// <param name="rows">The jobs.</param>
    /// <param name="cluster">All types are alike to them.</param>
    /// <param name="policy">Decides.</param>
    /// <param name="nodesPerRack">Nodes of one type that share a rack; 0 for no racks.</param>
    /// <param name="restartSeconds">Seconds that a start or a move costs.</param>
    public static SimulationSetup Make(
        ImmutableArray<PhillyRow> rows, ClusterSpec cluster, ISchedulingPolicy policy, int nodesPerRack = 0, double restartSeconds = PhillyJob.DefaultRestartSeconds)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var snapshot = cluster.ToSnapshot(nodesPerRack);
        var most = snapshot.AcceleratorsPerType.DefaultIfEmpty(0).Max();
        return new SimulationSetup(
            snapshot,
            [.. rows.Where(row => row.Accelerators <= most).Select(row => new PhillyJob(row, restartSeconds))],
            policy,
            [
                .. rows.Where(row => row.Accelerators > most).Select(row =>
                    $"{row.Name} asks for {row.Accelerators} accelerators of one type; the cluster has at most {most}."),
            ]);
    }
}
