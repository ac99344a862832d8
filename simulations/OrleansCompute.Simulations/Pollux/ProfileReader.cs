using System.Collections.Immutable;
using System.Globalization;
using OrleansCompute.Scheduling.Speed;
using OrleansCompute.Simulations.Formats;

namespace OrleansCompute.Simulations.Pollux;

/// <summary>
/// Reads the applications that Pollux and Sia published: a folder per application with <c>validation-&lt;batch&gt;.csv</c>, and per
/// accelerator type <c>placements-&lt;type&gt;.csv</c> and <c>scalability-&lt;type&gt;.csv</c>; without a type in the name they are of
/// all types that have no files of their own.
/// </summary>
public static class ProfileReader
{
    /// <summary>Reads an application.</summary>
    /// <param name="folder">Its folder; the folder's name is the application's.</param>
    /// <param name="types">Types of the cluster.</param>
    /// <param name="facts">What is known beside the files.</param>
    /// <exception cref="TraceFormatException">A file is missing or wrong; the message names file, line and column.</exception>
    public static ApplicationProfile Read(string folder, IEnumerable<string> types, ApplicationFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(types);
        if (!Directory.Exists(folder))
        {
            throw new TraceFormatException(folder, 0, "", "there is no such folder; profiles have one folder per application.");
        }

        var (batches, noise, progress) = ReadValidation(folder);
        var profiles = ImmutableDictionary.CreateBuilder<string, TypeProfile>(StringComparer.Ordinal);
        foreach (var type in types)
        {
            if (ReadType(folder, type) is { } profile)
            {
                profiles.Add(type, profile);
            }
        }

        return profiles.Count > 0
            ? new ApplicationProfile(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), facts, batches, noise, progress, profiles.ToImmutable())
            : throw new TraceFormatException(
                folder, 0, "", $"there is neither placements.csv nor placements-<type>.csv for any of: {string.Join(", ", types)}.");
    }

    /// <summary>The smallest and the largest batch that an application was validated with.</summary>
    internal static (int Smallest, int Largest) Batches(string folder)
    {
        var batches = ValidationFiles(folder);
        return (batches.Min(file => file.Batch), batches.Max(file => file.Batch));
    }

    private static List<(int Batch, string Path)> ValidationFiles(string folder)
    {
        const string Prefix = "validation-";
        var files = new List<(int, string)>();
        foreach (var path in Directory.EnumerateFiles(folder, Prefix + "*.csv").Order(StringComparer.Ordinal))
        {
            var stem = Path.GetFileNameWithoutExtension(path)[Prefix.Length..];
            if (!int.TryParse(stem, NumberStyles.None, CultureInfo.InvariantCulture, out var batch) || batch < 1)
            {
                throw new TraceFormatException(path, 0, "", $"'{stem}' is no batch size; the name is validation-<batch>.csv.");
            }

            files.Add((batch, path));
        }

        return files.Count > 0 ? files : throw new TraceFormatException(folder, 0, "", "there is no validation-<batch>.csv.");
    }

    private static (ImmutableArray<int> Batches, ImmutableArray<ImmutableArray<GradientNoise>> Noise, ImmutableArray<double> Progress)
        ReadValidation(string folder)
    {
        var files = new SortedDictionary<int, CsvTable>();
        foreach (var (batch, path) in ValidationFiles(folder))
        {
            files.Add(batch, CsvTable.Read(path, "progress", "grad_sqr", "grad_var"));
        }

        var epochs = files.Values.Min(file => file.Rows.Length);
        if (epochs == 0)
        {
            throw new TraceFormatException(files.Values.First(file => file.Rows.IsEmpty).File, 2, "", "there is no epoch.");
        }

        var progress = new double[epochs + 1];
        Array.Fill(progress, double.PositiveInfinity);
        progress[0] = 0;
        var noise = ImmutableArray.CreateBuilder<ImmutableArray<GradientNoise>>();
        foreach (var file in files.Values)
        {
            var ofFile = ImmutableArray.CreateBuilder<GradientNoise>(epochs);
            for (var epoch = 0; epoch < epochs; epoch++)
            {
                var row = file.Rows[epoch];
                progress[epoch + 1] = Math.Min(progress[epoch + 1], row.Number("progress", 0));
                ofFile.Add(new GradientNoise(row.Number("grad_sqr", 0), row.Number("grad_var", 0)));
                if (file == files.Values.Last() && !(progress[epoch + 1] > progress[epoch]))
                {
                    throw row.Bad("progress", "progress must grow from epoch to epoch.");
                }
            }

            noise.Add(ofFile.DrainToImmutable());
        }

        return ([.. files.Keys], noise.DrainToImmutable(), [.. progress]);
    }

    private static TypeProfile? ReadType(string folder, string type)
    {
        if (Files(folder, type) is not (var placementsPath, var scalabilityPath, var isOfAnyType))
        {
            return null;
        }

        var placements = new SortedDictionary<string, SortedDictionary<int, StepTime>>(StringComparer.Ordinal);
        foreach (var row in CsvTable.Read(placementsPath, "placement", "local_bsz", "step_time", "sync_time").Rows)
        {
            var placement = row.Text("placement");
            if (placement.Length > 64 || placement.Any(digit => digit is < '1' or > '9'))
            {
                throw row.Bad("placement", $"'{placement}' is no placement: one digit from 1 to 9 per node, up to 64.");
            }

            if (!placements.TryGetValue(placement, out var steps))
            {
                placements.Add(placement, steps = []);
            }

            // A configuration that was measured twice counts with its last line, as when the authors' programs read it.
            steps[row.Whole("local_bsz", 1, 1_000_000)] = Time(row);
        }

        if (placements.Count == 0)
        {
            throw new TraceFormatException(placementsPath, 2, "", "there is no placement.");
        }

        var means = placements.SelectMany(entry => entry.Value.Select(step => (
                Nodes: entry.Key.Length, Accelerators: entry.Key.Sum(digit => digit - '0'), LocalBatch: step.Key, Time: step.Value)))
            .GroupBy(step => (step.Nodes, step.Accelerators, step.LocalBatch))
            .OrderBy(group => group.Key)
            .Select(group => (
                group.Key.Nodes,
                group.Key.Accelerators,
                new MeasuredStep(group.Key.LocalBatch, new StepTime(
                    group.Average(step => step.Time.StepSeconds), group.Average(step => step.Time.SyncSeconds)))))
            .ToList();
        var known = means.Select(mean => (mean.Nodes, mean.Accelerators, mean.Item3.LocalBatch)).ToHashSet();
        foreach (var row in CsvTable.Read(
            scalabilityPath, "num_nodes", "num_replicas", "local_bsz", "step_time", "sync_time").Rows)
        {
            var nodes = row.Whole("num_nodes", 1, 10_000);
            var accelerators = row.Whole("num_replicas", nodes, 100_000);
            var localBatch = row.Whole("local_bsz", 1, 1_000_000);
            if (known.Add((nodes, accelerators, localBatch)))
            {
                means.Add((nodes, accelerators, new MeasuredStep(localBatch, Time(row))));
            }
        }

        return new TypeProfile(
            placements.ToImmutableDictionary(
                entry => entry.Key, entry => entry.Value.Select(step => new MeasuredStep(step.Key, step.Value)).ToImmutableArray()),
            [.. means]) { IsOfAnyType = isOfAnyType };
    }

    // A type's own pair of files, else the pair that is of all types; null for neither. Half a pair is no choice of the user but a file that got lost:
    // the other half would be taken from another type, or the type be left out.
    private static (string Placements, string Scalability, bool IsOfAnyType)? Files(string folder, string type)
    {
        foreach (var suffix in (string[])[$"-{type}", ""])
        {
            switch (Find(folder, $"placements{suffix}.csv"), Find(folder, $"scalability{suffix}.csv"))
            {
                case ({ } placements, { } scalability):
                    return (placements, scalability, suffix.Length == 0);
                case ({ } found, null):
                    throw new TraceFormatException(found, 0, "", $"scalability{suffix}.csv is missing beside it; what is measured on a type is in both.");
                case (null, { } found):
                    throw new TraceFormatException(found, 0, "", $"placements{suffix}.csv is missing beside it; what is measured on a type is in both.");
            }
        }

        return null;
    }

    // As it is written, or in other cases: who writes t4 means the T4.
    private static string? Find(string folder, string name) => File.Exists(Path.Combine(folder, name))
        ? Path.Combine(folder, name)
        : Directory.EnumerateFiles(folder, "*.csv").Order(StringComparer.Ordinal)
            .FirstOrDefault(path => Path.GetFileName(path).Equals(name, StringComparison.OrdinalIgnoreCase));

    private static StepTime Time(CsvRow row)
    {
        var step = row.Number("step_time", 1e-9);
        var sync = row.Number("sync_time", 0);
        return sync < step ? new StepTime(step, sync) : throw row.Bad("sync_time", $"'{sync}' is not below step_time {step}.");
    }
}
