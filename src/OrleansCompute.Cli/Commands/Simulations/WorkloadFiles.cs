using System.Collections.Immutable;
using System.CommandLine;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Gavel;
using OrleansCompute.Simulations.Philly;
using OrleansCompute.Simulations.Pollux;
using OrleansCompute.Simulations.Sweeps;

namespace OrleansCompute.Cli.Commands.Simulations;

/// <summary>Turns the files of a sweep into its cases: the files themselves, or workloads generated after them.</summary>
internal sealed class WorkloadFiles(SimulationArguments shared, PoolArguments pool, ParseResult arguments)
{
    // What was found while reading.
    private readonly List<string> _notes = [];

    /// <summary>Files as given; of folders, all .csv and .trace in them, by name.</summary>
    public static List<string> Expand(IReadOnlyList<string> paths)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (Directory.Exists(path))
            {
                var found = Directory.EnumerateFiles(path).Where(file => Path.GetExtension(file) is ".csv" or ".trace").Order(StringComparer.Ordinal).ToList();
                files.AddRange(found.Count > 0 ? found : throw new CommandException($"--workload is '{path}', a folder without .csv and .trace files."));
            }
            else
            {
                files.Add(File.Exists(path) ? path : throw new CommandException($"--workload is '{path}', which does not exist."));
            }
        }

        return files;
    }

    /// <summary>The cases; generated ones, so many as seeds, where a number of jobs is given.</summary>
    public List<SweepCase> Cases(IReadOnlyList<string> files, int? jobs, int seed, int seeds)
    {
        var cases = shared.Format(arguments) switch
        {
            "pollux" => Training(files, jobs, seed, seeds, ApplicationFacts.Pollux),
            "sia" => Training(files, jobs, seed, seeds, ApplicationFacts.Sia),
            "gavel" => Gavel(files, jobs, seed, seeds),
            _ => Philly(files, jobs, seed, seeds),
        };
        return cases.ConvertAll(one => one with { Setup = policy => pool.ApplyTo(WithNotes(one.Setup(policy)), arguments, one.Seed) });
    }

    private SimulationSetup WithNotes(SimulationSetup setup) => setup with { Notes = [.. _notes, .. setup.Notes] };

    private List<SweepCase> Training(
        IReadOnlyList<string> files, int? jobs, int seed, int seeds, IReadOnlyDictionary<string, ApplicationFacts> facts)
    {
        var (spec, cluster) = Cluster();
        var (knowledge, restart) = (shared.Throughput(arguments), shared.Restart(arguments));
        var types = spec.Groups.Select(group => group.AcceleratorType).ToList();
        var profiles = PolluxSetup.ProfilesBeside(files[0], shared.ProfilesOrNone(arguments));
        var read = files.Select(file =>
        {
            var refused = new List<string>();
            return (Name: Path.GetFileName(file), Rows: WorkloadReader.Read(file, profiles, refused), Refused: refused);
        }).ToList();
        var all = PolluxWorkload.Of([.. read.SelectMany(file => file.Rows)], profiles, types, facts);
        if (jobs is not null)
        {
            if (all.Rows.IsEmpty)
            {
                throw new CommandException($"--generate-jobs has nothing to draw after: no job of --workload can be run; the first: {read.First(file => file.Refused.Count > 0).Refused[0]}");
            }

            _notes.AddRange(read.Where(file => file.Refused.Count > 0).Select(
                file => $"{file.Refused.Count} of the jobs of {file.Name} cannot be run, and none is drawn after them; the first: {file.Refused[0]}"));
        }

        if (ReferenceEquals(facts, ApplicationFacts.Sia))
        {
            _notes.Add($"As Sia's authors fitted them, a restart costs {Each(all, about => about.RestartSeconds, " s")}{(restart is { } seconds ? FormattableString.Invariant($" (here {seconds} s, by --restart)") : "")}, and step times are those of the files times {Each(all, about => about.SlowdownFactor, "")}; --format pollux takes 30 s and the files.");
        }

        return jobs is { } count
            ? Generated(seed, seeds, number => all.With(new WorkloadGenerator(all.Rows).Generate(count, number)), Setup)
            : Repeated(seed, seeds, read.Select(file => (file.Name, all.With(file.Rows, [.. file.Refused]))), Setup);

        SimulationSetup Setup(PolluxWorkload workload, PolicySpec policy) =>
            PolluxSetup.Make(workload, cluster, pool.Create(arguments, policy, TypeBlindPolicy.Create), knowledge, restart, shared.CapsGangs(arguments));
    }

    private List<SweepCase> Gavel(IReadOnlyList<string> files, int? jobs, int seed, int seeds)
    {
        var (spec, _) = Cluster();
        var throughputs = GavelThroughputs.Read(shared.Profiles(arguments, "the JSON of throughputs"));
        var read = files.Select(file => (Path.GetFileName(file), Text(file, GavelTrace.Read))).ToList();
        return jobs is { } count
            ? Generated(seed, seeds, number => GavelTrace.Generate(read[0].Item2, count, number), Setup)
            : Repeated(seed, seeds, read, Setup);

        SimulationSetup Setup(ImmutableArray<GavelRow> rows, PolicySpec policy) =>
            GavelSetup.Make(rows, throughputs, spec, pool.Create(arguments, policy, GavelSetup.Policy), shared.NodesPerRack(arguments), shared.Restart(arguments) ?? 0);
    }

    private List<SweepCase> Philly(IReadOnlyList<string> files, int? jobs, int seed, int seeds)
    {
        var (spec, cluster) = Cluster();
        var read = files.Select(file => (Path.GetFileName(file), Text(file, (name, text) => PhillyTrace.Read(name, text, _notes)))).ToList();
        return jobs is { } count
            ? Generated(
                seed, seeds,
                number => PhillyTrace.Resample(read[0].Item2, count, cluster.AcceleratorsPerType.Max(), shared.Demand(arguments), new Random(number)), Setup)
            : Repeated(seed, seeds, read, Setup);

        SimulationSetup Setup(ImmutableArray<PhillyRow> rows, PolicySpec policy) =>
            PhillySetup.Make(rows, spec, pool.Create(arguments, policy, PhillySetup.Policy), shared.NodesPerRack(arguments), shared.Restart(arguments) ?? PhillyJob.DefaultRestartSeconds);
    }

    private static string Each(PolluxWorkload workload, Func<ApplicationFacts, double> number, string unit) =>
        string.Join(", ", workload.Facts.Select(about => FormattableString.Invariant($"{about.Key} {number(about.Value)}{unit}")));

    private static List<SweepCase> Generated<T>(
        int seed, int seeds, Func<int, T> generate, Func<T, PolicySpec, SimulationSetup> setup) =>
        [.. Enumerable.Range(seed, seeds).Select(number => (number, rows: new Lazy<T>(() => generate(number)))).Select(
            one => new SweepCase($"generated {one.number}", one.number, policy => setup(one.rows.Value, policy)))];

    private static List<SweepCase> Repeated<T>(
        int seed, int seeds, IEnumerable<(string Name, T Rows)> files, Func<T, PolicySpec, SimulationSetup> setup) =>
        [.. files.SelectMany(file => Enumerable.Range(seed, seeds).Select(number => new SweepCase(
            seeds == 1 ? file.Name : $"{file.Name}, seed {number}", number, policy => setup(file.Rows, policy))))];

    private static T Text<T>(string file, Func<string, TextReader, T> read)
    {
        using var text = new StreamReader(file);
        return read(file, text);
    }

    private (ClusterSpec Spec, ClusterSnapshot Cluster) Cluster()
    {
        var spec = shared.Cluster(arguments);
        return (spec, spec.ToSnapshot(shared.NodesPerRack(arguments)));
    }
}
