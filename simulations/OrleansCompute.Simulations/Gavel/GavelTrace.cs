using System.Collections.Immutable;
using System.Globalization;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Formats;

namespace OrleansCompute.Simulations.Gavel;

/// <summary>
/// Reads a trace of Gavel (Narayanan et al., OSDI 2020): tab-separated without a header, with job type, command, working directory,
/// argument for the steps, whether it needs data, steps, scale factor, priority, deadline ratio, and time of arrival.
/// </summary>
public static class GavelTrace
{
    /// <summary>Most jobs.</summary>
    public const int MaxJobs = 1_000_000;

    private const int MaxLineLength = 65_536;
    private static readonly ImmutableArray<string> Columns =
        ["job_type", "command", "working_directory", "num_steps_arg", "needs_data_dir", "total_steps", "scale_factor", "priority", "SLO", "arrival_time"];

    /// <summary>Reads a trace; jobs come in the order of the file.</summary>
    /// <exception cref="TraceFormatException">A line is malformed; the message names file, line and column.</exception>
    public static ImmutableArray<GavelRow> Read(string file, TextReader text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rows = ImmutableArray.CreateBuilder<GavelRow>();
        for (var line = 1; text.ReadLine() is { } content; line++)
        {
            if (string.IsNullOrWhiteSpace(content))
            {
                continue;
            }

            if (content.Length > MaxLineLength || rows.Count == MaxJobs)
            {
                throw new TraceFormatException(
                    file, line, "", $"the line has {content.Length} characters and is job {rows.Count + 1}; allowed {MaxLineLength} and {MaxJobs}.");
            }

            var fields = content.Split('\t');
            if (fields.Length != Columns.Length)
            {
                throw new TraceFormatException(
                    file, line, "", $"the line has {fields.Length} fields between tabs; needed {Columns.Length}: {string.Join(", ", Columns)}.");
            }

            if (string.IsNullOrWhiteSpace(fields[0]))
            {
                throw new TraceFormatException(file, line, Columns[0], "the field is empty.");
            }

            var arrival = Number(file, line, fields, 9, 0, SimulationOptions.LongestSeconds, isWhole: false);
            if (rows.Count > 0 && arrival < rows[^1].SubmitSeconds)
            {
                throw new TraceFormatException(file, line, Columns[9], string.Create(
                    CultureInfo.InvariantCulture, $"'{fields[9]}' is before {rows[^1].SubmitSeconds} of the line before; times of arrival do not go back."));
            }

            CheckDeadline(file, line, fields);
            rows.Add(new GavelRow(
                $"job-{line}", fields[0].Trim(), (int)Number(file, line, fields, 6, 1, 100_000, isWhole: true),
                Number(file, line, fields, 5, 1, 1e15, isWhole: true), Number(file, line, fields, 7, 1e-6, 1e6, isWhole: false),
                arrival));
        }

        return rows.Count > 0 ? rows.DrainToImmutable() : throw new TraceFormatException(file, 1, "", "there is no job.");
    }

    /// <summary>
    /// Another trace of the kind of a given one: jobs drawn with replacement, times between arrivals exponential with the mean that the given
    /// one has; all at once where it has none.
    /// </summary>
    /// <param name="rows">The given trace.</param>
    /// <param name="jobs">How many jobs, 1 to <see cref="MaxJobs"/>.</param>
    /// <param name="seed">Of all draws.</param>
    public static ImmutableArray<GavelRow> Generate(ImmutableArray<GavelRow> rows, int jobs, int seed)
    {
        if (jobs is < 1 or > MaxJobs)
        {
            throw new ArgumentException($"The number of jobs to generate is {jobs}; allowed 1 to {MaxJobs}.");
        }

        var random = new Random(seed);
        var (first, last) = (rows.Min(row => row.SubmitSeconds), rows.Max(row => row.SubmitSeconds));
        var interval = rows.Length < 2 ? 0 : (last - first) / (rows.Length - 1);
        var now = 0.0;
        var drawn = ImmutableArray.CreateBuilder<GavelRow>(jobs);
        for (var i = 0; i < jobs; i++)
        {
            drawn.Add(rows[random.Next(rows.Length)] with { Name = string.Create(CultureInfo.InvariantCulture, $"job-{i + 1}"), SubmitSeconds = now });
            now += -interval * Math.Log(1 - random.NextDouble());
        }

        return drawn.MoveToImmutable();
    }

    // No run here uses it, but a column that holds nonsense says that the line is not what it seems.
    private static void CheckDeadline(string file, int line, string[] fields)
    {
        if (!double.TryParse(fields[8], NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) || (ratio != -1 && !(ratio is > 0 and <= 1e6)))
        {
            throw new TraceFormatException(
                file, line, Columns[8], $"'{fields[8]}' is neither -1 (no deadline) nor the multiple of its length, above 0 to 1000000, in which a job is to be done.");
        }
    }

    private static double Number(string file, int line, string[] fields, int column, double smallest, double largest, bool isWhole) =>
        double.TryParse(fields[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value >= smallest && value <= largest && (!isWhole || value == Math.Floor(value))
            ? value
            : throw new TraceFormatException(file, line, Columns[column], string.Create(
                CultureInfo.InvariantCulture, $"'{fields[column]}' is no {(isWhole ? "whole " : "")}number from {smallest} to {largest}."));
}
