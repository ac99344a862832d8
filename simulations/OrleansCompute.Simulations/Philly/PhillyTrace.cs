using System.Collections.Immutable;
using System.Globalization;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Formats;

namespace OrleansCompute.Simulations.Philly;

/// <summary>
/// Reads a trace of jobs with a duration and a size (Jeon et al., USENIX ATC 2019): columns timestamp, duration, num_gpus and, where
/// there is one, cluster. A timestamp is a date and time, or seconds.
/// </summary>
public static class PhillyTrace
{
    private const double LongestSeconds = 1e9;
    private const double SecondsPerYear = 365 * 86_400.0;

    /// <summary>Reads a trace; jobs come in the order of submission, those of one moment in the order of the file.</summary>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="text">The trace.</param>
    /// <param name="notes">
    /// Where to say that lines were not in the order of time: the published trace goes by virtual cluster, so that this is no error here.
    /// </param>
    /// <exception cref="TraceFormatException">
    /// A line is malformed, or more than ten years from the others; the message names file, line and column.
    /// </exception>
    public static ImmutableArray<PhillyRow> Read(string file, TextReader text, ICollection<string>? notes = null)
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

        CheckSpan(table, rows);
        var back = Enumerable.Range(1, rows.Count - 1).Where(i => rows[i].SubmitSeconds < rows[i - 1].SubmitSeconds).ToList();
        if (back.Count > 0)
        {
            notes?.Add(
                $"{Path.GetFileName(file)}: timestamps go back on {back.Count} {(back.Count == 1 ? "line" : "lines")}, first on line {table.Rows[back[0]].Line}; jobs are submitted in the order of time, not of lines.");
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
                $"The number of jobs to generate is {jobs}, the demand {demandRatio} of {accelerators} accelerators; allowed 1 to 10000000, above 0 to 100, 1 or more."));
        }

        var fitting = rows.Where(row => row.Accelerators <= accelerators).ToList();
        if (fitting.Count == 0)
        {
            throw new ArgumentException($"The trace has no job of at most {accelerators} accelerators, which is what the cluster has of one type.");
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

    // One wrong year would put the start of the clock, or the last job, beyond what is simulated, and all the others with it: who is far from the
    // middle of the trace is the one that is wrong.
    private static void CheckSpan(CsvTable table, List<PhillyRow> rows)
    {
        var times = rows.Select(row => row.SubmitSeconds).Order().ToArray();
        var (middle, span) = (times[times.Length / 2], times[^1] - times[0]);
        if (span <= SimulationOptions.LongestSeconds)
        {
            return;
        }

        var worst = Enumerable.Range(0, rows.Count).MaxBy(i => Math.Abs(rows[i].SubmitSeconds - middle));
        throw table.Rows[worst].Bad("timestamp", string.Create(
            CultureInfo.InvariantCulture,
            $"'{table.Rows[worst].Text("timestamp")}' is {Math.Abs(rows[worst].SubmitSeconds - middle) / SecondsPerYear:0.#} years from the middle of the trace ({table.Rows[Array.FindIndex([.. rows], row => row.SubmitSeconds == middle)].Text("timestamp")}); all jobs of a trace are submitted within {SimulationOptions.LongestSeconds / SecondsPerYear:0} years."));
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
