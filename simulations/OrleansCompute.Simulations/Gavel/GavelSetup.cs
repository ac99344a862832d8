using System.Collections.Immutable;
using OrleansCompute.Scheduling.Colocation;
using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Mixing;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Formats;

namespace OrleansCompute.Simulations.Gavel;

/// <summary>A Gavel trace with its throughputs, ready to run.</summary>
public static class GavelSetup
{
    /// <summary>Round of the published runs, seconds.</summary>
    public const double PublishedRoundSeconds = 360;

    /// <summary>Reads the files.</summary>
    /// <param name="workloadPath">The trace.</param>
    /// <param name="throughputsPath">The JSON.</param>
    /// <param name="cluster">Types as in the JSON, upper and lower case alike.</param>
    /// <param name="policyName">A name of <see cref="SchedulingPolicies"/>; see <see cref="Policy"/>.</param>
    /// <exception cref="TraceFormatException">A file is malformed; the message names file, line and column.</exception>
    /// <exception cref="ArgumentException">The cluster has a type that was not measured, or there is no such policy.</exception>
    public static SimulationSetup Load(string workloadPath, string throughputsPath, ClusterSpec cluster, string policyName)
    {
        using var text = new StreamReader(workloadPath);
        return Make(GavelTrace.Read(workloadPath, text), GavelThroughputs.Read(throughputsPath), cluster, Policy(policyName));
    }

    /// <summary>
    /// The policy of a name: <c>default</c> is <see cref="MixedTypePolicy"/>, as these jobs have a fixed size, with pairs of jobs that share
    /// accelerators (<see cref="ColocationPolicy"/>), and <c>mixed</c> the same without; <c>las</c> draws lots for
    /// types, which is what Gavel compares with; the others are as everywhere.
    /// </summary>
    public static ISchedulingPolicy Policy(string name) => name switch
    {
        "default" => new ColocationPolicy(new GovernedPolicy(new MixedTypePolicy())),
        "las" => new GovernedPolicy(new LeastAttainedServicePolicy(rotatesTypes: true)),
        _ => SchedulingPolicies.Create(name),
    };

    /// <summary>Makes a run of a trace that was read, or generated.</summary>
    /// <param name="rows">The jobs.</param>
    /// <param name="throughputs">How fast they are.</param>
    /// <param name="cluster">Types as in the throughputs, upper and lower case alike.</param>
    /// <param name="policy">Decides.</param>
    /// <param name="nodesPerRack">Nodes of one type that share a rack; 0 for no racks.</param>
    /// <param name="restartSeconds">Seconds that a start or a move costs; 0, the default, as in the authors' simulator.</param>
    /// <exception cref="ArgumentException">The cluster has a type that was not measured.</exception>
    public static SimulationSetup Make(
        ImmutableArray<GavelRow> rows, GavelThroughputs throughputs, ClusterSpec cluster, ISchedulingPolicy policy, int nodesPerRack = 0,
        double restartSeconds = 0)
    {
        ArgumentNullException.ThrowIfNull(throughputs);
        ArgumentNullException.ThrowIfNull(cluster);
        var groups = cluster.Groups.Select(group => group with { AcceleratorType = Measured(throughputs, group.AcceleratorType) });
        var snapshot = new ClusterSpec([.. groups]).ToSnapshot(nodesPerRack);
        var jobs = ImmutableArray.CreateBuilder<SimulatedJob>();
        var refused = ImmutableArray.CreateBuilder<string>();
        foreach (var row in rows)
        {
            var runsOn = Enumerable.Range(0, snapshot.Types.Length)
                .Where(type => throughputs.StepsPerSecond(snapshot.Types[type], row.JobType, row.Scale) > 0).ToList();
            if (runsOn.Exists(type => snapshot.AcceleratorsPerType[type] >= row.Scale))
            {
                jobs.Add(new GavelJob(row, throughputs, restartSeconds));
            }
            else if (runsOn.Count == 0)
            {
                refused.Add($"{row.Name}: no type of the cluster was measured with '{row.JobType}' on {row.Scale}.");
            }
            else
            {
                var most = runsOn.Max(type => snapshot.AcceleratorsPerType[type]);
                refused.Add($"{row.Name} asks for {row.Scale} accelerators of one type; the cluster has at most {most} that run it.");
            }
        }

        return new SimulationSetup(snapshot, jobs.DrainToImmutable(), policy, refused.DrainToImmutable());
    }

    private static string Measured(GavelThroughputs throughputs, string type) =>
        throughputs.Types.FirstOrDefault(known => known == type)
        ?? throughputs.Types.FirstOrDefault(known => known.Equals(type, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"The cluster names type '{type}'; measured are {string.Join(", ", throughputs.Types)}.");
}
