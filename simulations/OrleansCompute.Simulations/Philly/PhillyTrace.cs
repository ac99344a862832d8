using System.Collections.Immutable;
using System.Globalization;
using OrleansCompute.Simulations.Formats;

namespace OrleansCompute.Simulations.Philly;

/// <summary>
/// Reads a trace of jobs with a duration and a size (Jeon et al., USENIX ATC 2019): columns timestamp, duration, num_gpus and, where
/// there is one, cluster. A timestamp is a date and time, or seconds.
/// </summary>
public static class PhillyTrace
{
    private const double LongestSeconds = 1e9;

    /// <summary>Reads a trace; jobs come in the order of submission, those of one moment in the order of the file.</summary>
    /// <exception cref="TraceFormatException">A line is malformed; the message names file, line and column.</exception>
    public static ImmutableArray<PhillyRow> Read(string file, TextReader text)
    {
        var table = CsvTable.Read(file, text, "timestamp", "duration", "num_gpus");
        var hasTenant = table.Has("cluster");
        var rows = new List<PhillyRow>(table.Rows.Length);
        foreach (var row in table.Rows)
        {
            rows.Add(new PhillyRow(
                $"job-{row.Line}", Timestamp(row), row.Number("duration", 0, LongestSeconds), row.Whole("num_gpus", 1, 100_000),
                hasTenant ? row.Optional("cluster") : ""));
        }

        if (rows.Count == 0)
        {
            throw new TraceFormatException(file, 2, "", "there is no job.");
        }

        var first = rows.Min(row => row.SubmitSeconds);
        return [.. rows.OrderBy(row => row.SubmitSeconds).Select(row => row with { SubmitSeconds = row.SubmitSeconds - first })];
    }

    /// <summary>
    /// As many jobs as wanted, drawn with replacement, at times that keep the trace's pattern of arrivals: what they ask for is the given
    /// multiple of what the cluster can do from the first to the last submission.
    /// </summary>
    /// <param name="rows">A trace, in the order of submission.</param>
    /// <param name="jobs">How many, 1 to 10 million.</param>
    /// <param name="accelerators">Of the cluster, 1 or more; larger jobs are not drawn.</param>
    /// <param name="demandRatio">1.2 asks for 120 % of the cluster; more than 0, up to 100.</param>
    /// <param name="random">Draws.</param>
    /// <exception cref="ArgumentException">A value is out of its range, or no job fits the cluster.</exception>
    public static ImmutableArray<PhillyRow> Resample(
        IReadOnlyList<PhillyRow> rows, int jobs, int accelerators, double demandRatio, Random random)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(random);
        if (jobs is < 1 or > 10_000_000 || accelerators < 1 || !(demandRatio > 0 && demandRatio <= 100))
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"jobs is {jobs}, accelerators {accelerators}, demandRatio {demandRatio}; allowed 1 to 10000000, 1 or more, above 0 to 100."));
        }

        var fitting = rows.Where(row => row.Accelerators <= accelerators).ToList();
        if (fitting.Count == 0)
        {
            throw new ArgumentException($"rows has no job of at most {accelerators} accelerators.", nameof(rows));
        }

        var drawn = new (double Time, PhillyRow Row)[jobs];
        for (var i = 0; i < jobs; i++)
        {
            drawn[i] = (fitting[random.Next(fitting.Count)].SubmitSeconds, fitting[random.Next(fitting.Count)]);
        }

        Array.Sort(drawn, (a, b) => a.Time.CompareTo(b.Time));
        var work = drawn.Sum(job => job.Row.DurationSeconds * job.Row.Accelerators);
        var span = drawn[^1].Time - drawn[0].Time;
        var stretch = span > 0 ? work / accelerators / demandRatio / span : 1;
        return [.. drawn.Select((job, i) => job.Row with
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"job-{i + 1}"),
            SubmitSeconds = (job.Time - drawn[0].Time) * stretch,
        })];
    }

    private static double Timestamp(CsvRow row)
    {
        var text = row.Text("timestamp");
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= 1e10)
        {
            return seconds;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds() / 1000.0
            : throw row.Bad("timestamp", $"'{text}' is no date and time (2017-10-09 07:01:55), nor seconds from 0 to 1e10.");
    }
}
