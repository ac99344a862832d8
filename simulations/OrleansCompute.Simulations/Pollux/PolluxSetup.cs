using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Formats;

namespace OrleansCompute.Simulations.Pollux;

/// <summary>A Pollux or Sia workload with its profiles, ready to run.</summary>
public static class PolluxSetup
{
    private const int MaxNamed = 5;

    /// <summary>Round of the published runs, seconds.</summary>
    public const double PublishedRoundSeconds = 60;

    /// <summary>Reads the files.</summary>
    /// <param name="workloadPath">The workload.</param>
    /// <param name="profilesPath">Folder with a folder per application; null: <c>traces</c> beside the workload's folder.</param>
    /// <param name="cluster">Types as the profiles' files name them.</param>
    /// <param name="policyName">A name of <see cref="SchedulingPolicies"/>.</param>
    /// <param name="facts">What is known of applications beside the files: <see cref="ApplicationFacts.Pollux"/> or Sia's.</param>
    /// <param name="knowledge">What is known of their speed.</param>
    /// <param name="restartSeconds">Cost of a restart, 0 to a million; null for what the facts say.</param>
    /// <exception cref="TraceFormatException">A file is missing or malformed; the message names file, line and column.</exception>
    /// <exception cref="ArgumentException">There is no such policy, or the cost is out of its range.</exception>
    public static SimulationSetup Load(
        string workloadPath,
        string? profilesPath,
        ClusterSpec cluster,
        string policyName,
        IReadOnlyDictionary<string, ApplicationFacts> facts,
        ThroughputKnowledge knowledge = ThroughputKnowledge.Measured,
        double? restartSeconds = null)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return Make(
            PolluxWorkload.Read(workloadPath, ProfilesBeside(workloadPath, profilesPath), cluster.Groups.Select(group => group.AcceleratorType), facts),
            cluster.ToSnapshot(), SchedulingPolicies.Create(policyName), knowledge, restartSeconds);
    }

    /// <summary>The folder of profiles: as given, else <c>traces</c> beside the folder of the workload.</summary>
    public static string ProfilesBeside(string workloadPath, string? profilesPath) =>
        profilesPath ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(workloadPath)) ?? "", "..", "traces");

    /// <summary>Makes a run of a workload that was read.</summary>
    /// <param name="workload">The jobs and their applications.</param>
    /// <param name="cluster">All nodes ready.</param>
    /// <param name="policy">Decides.</param>
    /// <param name="knowledge">What is known of their speed.</param>
    /// <param name="restartSeconds">Cost of a restart, 0 to a million; null for what the facts say.</param>
    /// <param name="capsGangs">Whether a job that asks for more than any type has asks for all of the largest instead of being refused.</param>
    /// <exception cref="ArgumentException">The cost is out of its range.</exception>
    public static SimulationSetup Make(
        PolluxWorkload workload, ClusterSnapshot cluster, ISchedulingPolicy policy, ThroughputKnowledge knowledge, double? restartSeconds = null,
        bool capsGangs = false)
    {
        ArgumentNullException.ThrowIfNull(workload);
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(policy);
        if (restartSeconds is { } cost && !(cost is >= 0 and <= 1e6))
        {
            throw new ArgumentException($"The cost of a restart is {cost} s; allowed 0 to 1000000.");
        }

        var jobs = ImmutableArray.CreateBuilder<SimulatedJob>();
        var refused = workload.Refused.ToBuilder();
        var fewer = new List<string>();
        foreach (var (job, row) in workload.CreateJobs(cluster, policy.IsElastic, knowledge, restartSeconds, capsGangs).Zip(workload.Rows))
        {
            var about = job.Describe();
            var most = Enumerable.Range(0, cluster.Types.Length).Where(type => about.Accepts(cluster.Types[type]))
                .Max(type => cluster.AcceleratorsPerType[type]);
            if (about.MinAccelerators <= most)
            {
                jobs.Add(job);
                if (row.Accelerators > most)
                {
                    fewer.Add($"{row.Name} ({row.Accelerators}, at most {most})");
                }
            }
            else
            {
                refused.Add($"{job.Id} asks for {about.MinAccelerators} accelerators of one type; the cluster has at most {most} that run it.");
            }
        }

        return new SimulationSetup(cluster, jobs.DrainToImmutable(), policy, refused.ToImmutable())
        {
            Notes = fewer.Count == 0 ? workload.Notes : workload.Notes.Add(
                $"{fewer.Count} {(fewer.Count == 1 ? "job asks" : "jobs ask")} for more accelerators than the cluster has of a type that runs them, and {(fewer.Count == 1 ? "runs" : "run")} on fewer{(capsGangs ? " (--cap-gangs)" : "")}: {string.Join(", ", fewer.Take(MaxNamed))}{(fewer.Count > MaxNamed ? $" and {fewer.Count - MaxNamed} more" : "")}."),
        };
    }
}
