using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Speed;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Formats;

namespace OrleansCompute.Simulations.Pollux;

/// <summary>A workload of Pollux or Sia with the profiles of its applications: makes the jobs of a run.</summary>
public sealed class PolluxWorkload
{
    // What the files without a type in their names were measured on, where they are the published ones.
    private const string PublishedType = "T4";
    private readonly ImmutableArray<WorkloadJob> _rows;
    private readonly Dictionary<string, ApplicationProfile> _profiles;

    private PolluxWorkload(ImmutableArray<WorkloadJob> rows, Dictionary<string, ApplicationProfile> profiles, ImmutableArray<string> notes, ImmutableArray<string> refused)
    {
        _rows = rows;
        _profiles = profiles;
        Notes = notes;
        Refused = refused;
    }

    /// <summary>A sentence for each job of the file that cannot be run, whatever the cluster; they are not among <see cref="Rows"/>.</summary>
    public ImmutableArray<string> Refused { get; }

    /// <summary>Types other than T4 that run at the speeds of files that name none, and applications that were not measured on a type: a sentence for each.</summary>
    public ImmutableArray<string> Notes { get; }

    /// <summary>What is known of each application beside the files, in the order of their names.</summary>
    public IReadOnlyList<KeyValuePair<string, ApplicationFacts>> Facts =>
        [.. _profiles.OrderBy(profile => profile.Key, StringComparer.Ordinal).Select(profile => KeyValuePair.Create(profile.Key, profile.Value.Facts))];

    /// <summary>Jobs, in the order of the file.</summary>
    public ImmutableArray<WorkloadJob> Rows => _rows;

    /// <summary>Reads a workload and the profiles that it names.</summary>
    /// <param name="workload">The workload's file.</param>
    /// <param name="profiles">Folder with a folder per application.</param>
    /// <param name="types">Types of the cluster.</param>
    /// <param name="facts">What is known of applications beside the files.</param>
    /// <exception cref="TraceFormatException">A file is missing or wrong.</exception>
    public static PolluxWorkload Read(
        string workload, string profiles, IEnumerable<string> types, IReadOnlyDictionary<string, ApplicationFacts> facts)
    {
        var refused = new List<string>();
        return Of(WorkloadReader.Read(workload, profiles, refused), profiles, types, facts, [.. refused]);
    }

    /// <summary>Reads the profiles that the jobs of a workload name.</summary>
    /// <param name="rows">The jobs.</param>
    /// <param name="profiles">Folder with a folder per application.</param>
    /// <param name="types">Types of the cluster.</param>
    /// <param name="facts">What is known of applications beside the files.</param>
    /// <param name="refused">A sentence for each job that is left out. Default none.</param>
    /// <exception cref="TraceFormatException">A file is missing or wrong.</exception>
    public static PolluxWorkload Of(
        ImmutableArray<WorkloadJob> rows, string profiles, IEnumerable<string> types, IReadOnlyDictionary<string, ApplicationFacts> facts,
        ImmutableArray<string> refused = default)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(types);
        var cluster = types.ToList();
        var known = new Dictionary<string, ApplicationProfile>(StringComparer.Ordinal);
        foreach (var application in rows.Select(row => row.Application).Distinct(StringComparer.Ordinal))
        {
            known.Add(application, ProfileReader.Read(
                Path.Combine(profiles, application), cluster, facts.GetValueOrDefault(application, ApplicationFacts.Unknown)));
        }

        // A type that nothing runs on is a name that was mistyped: it would stand idle, and the result look bad for no reason.
        return !rows.IsEmpty && cluster.Find(type => !known.Values.Any(profile => profile.Types.ContainsKey(type))) is { } unknown
            ? throw new ArgumentException(
                $"The cluster names type '{unknown}'; no application of the workload was measured on it. Measured are {Measured(profiles, known.Keys)}.", nameof(types))
            : new PolluxWorkload(rows, known, NotesOf(known, cluster), refused.IsDefault ? [] : refused);
    }

    private static ImmutableArray<string> NotesOf(Dictionary<string, ApplicationProfile> profiles, List<string> types)
    {
        var untyped = types.FindAll(type => !type.Equals(PublishedType, StringComparison.OrdinalIgnoreCase) && profiles.Values.Any(profile => profile.Types.GetValueOrDefault(type) is { IsOfAnyType: true }));
        var notes = ImmutableArray.CreateBuilder<string>();
        foreach (var group in untyped.GroupBy(type => Names(profile => profile.Types.GetValueOrDefault(type) is { IsOfAnyType: true })))
        {
            notes.Add(
                $"{string.Join(", ", group)}: there is no placements-{group.First()}.csv{(group.Skip(1).Any() ? " or the like" : "")} of {group.Key}; their jobs run there at the speeds of placements.csv, whatever type that was measured on ({PublishedType} in the published files).");
        }

        foreach (var group in types.GroupBy(type => Names(profile => !profile.Types.ContainsKey(type))).Where(group => group.Key.Length > 0))
        {
            notes.Add($"{string.Join(", ", group)}: {group.Key} was not measured there, so that its jobs never run there.");
        }

        return notes.DrainToImmutable();

        string Names(Func<ApplicationProfile, bool> isMeant) =>
            string.Join(", ", profiles.Where(profile => isMeant(profile.Value)).Select(profile => profile.Key).Order(StringComparer.Ordinal));
    }

    private static string Measured(string profiles, IEnumerable<string> applications)
    {
        const string Prefix = "placements-";
        var names = applications.SelectMany(application => Directory.EnumerateFiles(Path.Combine(profiles, application), Prefix + "*.csv"))
            .Select(path => Path.GetFileNameWithoutExtension(path)[Prefix.Length..]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return names.Count == 0 ? "none by name" : string.Join(", ", names);
    }

    /// <summary>The same applications with other jobs.</summary>
    /// <param name="rows">The jobs.</param>
    /// <param name="refused">A sentence for each job that is left out. Default none.</param>
    /// <exception cref="ArgumentException">A job names an application that this workload does not have.</exception>
    public PolluxWorkload With(ImmutableArray<WorkloadJob> rows, ImmutableArray<string> refused = default) =>
        rows.FirstOrDefault(row => !_profiles.ContainsKey(row.Application)) is { } unknown
            ? throw new ArgumentException($"Job '{unknown.Name}' names application '{unknown.Application}', which this workload lacks.", nameof(rows))
            : new PolluxWorkload(rows, _profiles, Notes, refused.IsDefault ? [] : refused);

    /// <summary>Makes the jobs of a run.</summary>
    /// <param name="cluster">The cluster that they will run on.</param>
    /// <param name="isElastic">Whether the policy adapts them.</param>
    /// <param name="knowledge">What is known of their speed.</param>
    /// <param name="restartSeconds">Cost of a restart; null for what the application's facts say.</param>
    /// <param name="capsGangs">
    /// Whether a job that asks for more accelerators than there are of any type that it runs on asks for these instead.
    /// </param>
    public IReadOnlyList<SimulatedJob> CreateJobs(
        ClusterSnapshot cluster, bool isElastic, ThroughputKnowledge knowledge, double? restartSeconds = null, bool capsGangs = false)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var scores = cluster.Nodes.GroupBy(node => node.AcceleratorType, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Max(node => node.ScoreGflops), StringComparer.Ordinal);
        var shared = new Dictionary<string, IThroughputModel>(StringComparer.Ordinal);
        var together = _profiles.Keys.ToDictionary(name => name, _ => new FirstNoise(), StringComparer.Ordinal);
        var peers = knowledge == ThroughputKnowledge.PerPool ? new StepTimePeers() : null;
        var jobs = new List<SimulatedJob>(_rows.Length);
        foreach (var row in _rows)
        {
            var profile = _profiles[row.Application];
            if (!shared.TryGetValue(row.Application, out var throughput) || knowledge is ThroughputKnowledge.PerJob or ThroughputKnowledge.PerPool)
            {
                throughput = knowledge == ThroughputKnowledge.Measured
                    ? new MeasuredThroughput(profile)
                    : new LearnedThroughput(scores, (type, nodes, accelerators) => profile.Types[type].LargestBatch(nodes, accelerators), peers, profile.InitialBatch);
                shared[row.Application] = throughput;
            }

            var types = cluster.Types.Where(profile.Types.ContainsKey).ToImmutableArray();
            var most = types.Max(type => cluster.AcceleratorsPerType[cluster.Types.IndexOf(type)]);
            var asked = capsGangs && row.Accelerators > most && most > 0 ? row with { Accelerators = most } : row;
            jobs.Add(new TrainingJob(asked, profile, types, throughput, isElastic, restartSeconds,
                knowledge == ThroughputKnowledge.PerApplication ? together[row.Application] : null));
        }

        return jobs;
    }
}
