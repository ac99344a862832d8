using System.Collections.Immutable;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Formats;

namespace OrleansCompute.Simulations.Pollux;

/// <summary>A Pollux or Sia workload with its profiles, ready to run.</summary>
public static class PolluxSetup
{
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
        if (restartSeconds is { } cost && !(cost is >= 0 and <= 1e6))
        {
            throw new ArgumentException($"restartSeconds is {cost}; allowed 0 to 1000000.", nameof(restartSeconds));
        }

        var policy = SchedulingPolicies.Create(policyName);
        var profiles = profilesPath ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(workloadPath)) ?? "", "..", "traces");
        var snapshot = cluster.ToSnapshot();
        var jobs = ImmutableArray.CreateBuilder<SimulatedJob>();
        var refused = ImmutableArray.CreateBuilder<string>();
        foreach (var job in PolluxWorkload.Read(workloadPath, profiles, snapshot.Types, facts)
            .CreateJobs(snapshot, policy.IsElastic, knowledge, restartSeconds))
        {
            var about = job.Describe();
            var most = Enumerable.Range(0, snapshot.Types.Length).Where(type => about.Accepts(snapshot.Types[type]))
                .Max(type => snapshot.AcceleratorsPerType[type]);
            if (about.MinAccelerators <= most)
            {
                jobs.Add(job);
            }
            else
            {
                refused.Add($"{job.Id} asks for {about.MinAccelerators} accelerators of one type; the cluster has at most {most} that run it.");
            }
        }

        return new SimulationSetup(snapshot, jobs.DrainToImmutable(), policy, refused.DrainToImmutable());
    }
}
