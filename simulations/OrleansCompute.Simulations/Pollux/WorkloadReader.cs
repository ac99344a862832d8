using System.Collections.Immutable;
using System.Globalization;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Formats;

namespace OrleansCompute.Simulations.Pollux;

/// <summary>Reads workloads of Pollux and Sia: name, time, application, num_replicas, batch_size, and perhaps category.</summary>
public static class WorkloadReader
{
    /// <summary>Reads a workload.</summary>
    /// <param name="path">The file.</param>
    /// <param name="profiles">Folder with a folder for each application that may be named; null where that is checked later.</param>
    /// <param name="refused">
    /// Where a sentence goes, with file, line and column, for each job that is well written and cannot be run: its batch is outside of what its
    /// application was validated with. The others are read all the same. Null, the default: such a job refuses the file.
    /// </param>
    /// <returns>The jobs, in the order of the file; empty where all are refused.</returns>
    /// <exception cref="TraceFormatException">The file is not of this form; the message names file, line and column.</exception>
    public static ImmutableArray<WorkloadJob> Read(string path, string? profiles = null, ICollection<string>? refused = null)
    {
        var table = CsvTable.Read(path, "name", "time", "application", "num_replicas", "batch_size");
        var names = new HashSet<string>(StringComparer.Ordinal);
        var known = profiles is not null && Directory.Exists(profiles)
            ? new SortedSet<string>(Directory.EnumerateDirectories(profiles).Select(folder => Path.GetFileName(folder)), StringComparer.Ordinal) : [];
        var batches = new Dictionary<string, (int Smallest, int Largest)>(StringComparer.Ordinal);
        var jobs = ImmutableArray.CreateBuilder<WorkloadJob>(table.Rows.Length);
        var last = 0.0;
        foreach (var row in table.Rows)
        {
            var name = row.Text("name");
            if (!names.Add(name))
            {
                throw row.Bad("name", $"'{name}' was used before; names must differ.");
            }

            var application = row.Text("application");
            if (application.AsSpan().IndexOfAny('/', '\\') >= 0 || application.StartsWith('.'))
            {
                throw row.Bad("application", $"'{application}' is no name of a folder.");
            }

            if (known.Count > 0 && !known.Contains(application))
            {
                throw row.Bad("application", $"'{application}' has no profile; there are: {string.Join(", ", known)}.");
            }

            var time = row.Number("time", 0, SimulationOptions.LongestSeconds);
            if (time < last)
            {
                throw row.Bad("time", string.Create(
                    CultureInfo.InvariantCulture, $"'{time}' is before {last} of the job before; jobs are in the order in which they are submitted."));
            }

            last = time;
            if (known.Count > 0 && !batches.TryGetValue(application, out var allowed))
            {
                batches.Add(application, allowed = ProfileReader.Batches(Path.Combine(profiles!, application)));
            }

            var (smallest, largest) = batches.GetValueOrDefault(application, (1, 100_000_000));
            var batch = row.Whole("batch_size", 1, 100_000_000);
            var job = new WorkloadJob(
                name, time, application, row.Whole("num_replicas", 1, 100_000), batch, table.Has("category") ? Category(row) : JobCategory.Adaptive);
            if (batch >= smallest && batch <= largest)
            {
                jobs.Add(job);
                continue;
            }

            var problem = $"'{batch}' is outside of what '{application}' was validated with, {smallest} to {largest} (validation-<batch>.csv).";
            if (refused is null)
            {
                throw row.Bad("batch_size", problem);
            }

            refused.Add(new TraceFormatException(Path.GetFileName(path), row.Line, "batch_size", $"job '{name}' is refused: {problem}").Message);
        }

        return table.Rows.Length > 0 ? jobs.DrainToImmutable() : throw new TraceFormatException(path, 2, "", "there is no job.");
    }

    private static JobCategory Category(CsvRow row) => row.Text("category") switch
    {
        "adaptive" => JobCategory.Adaptive,
        "scale-gpus" => JobCategory.ScaleGpus,
        "rigid" => JobCategory.Rigid,
        var other => throw row.Bad("category", $"'{other}' is no category; allowed adaptive, scale-gpus, rigid."),
    };
}
