using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OrleansCompute.Tensors.Execution;

/// <summary>Where the time of some runs went, node by node. Immutable.</summary>
/// <param name="Entries">The nodes, in the order in which they run.</param>
/// <param name="Runs">Runs that were measured.</param>
/// <param name="Total">Time of all runs together, with what lies between the kernels.</param>
/// <param name="Timeline">The calls of one run, on all its streams, in the order of their starts.</param>
public sealed record ExecutionProfile(
    IReadOnlyList<ProfileEntry> Entries, int Runs, TimeSpan Total, IReadOnlyList<ProfileEvent> Timeline)
{
    /// <summary>A table for people: the slowest nodes first.</summary>
    /// <param name="peakGflopsPerSecond">What the accelerator can do at most, for the percentages; 0 leaves them out.</param>
    public string ToTable(double peakGflopsPerSecond = 0)
    {
        var text = new StringBuilder();
        text.AppendLine("    µs/call      %      MFLOP   GFLOP/s  % peak         kB     GB/s  kernel       operator                node");
        var total = Math.Max(Total.TotalMicroseconds / Math.Max(Runs, 1), double.Epsilon);
        foreach (var entry in Entries.OrderByDescending(entry => entry.Time))
        {
            var peak = peakGflopsPerSecond > 0 ? string.Create(CultureInfo.InvariantCulture, $"{100 * entry.GflopsPerSecond / peakGflopsPerSecond,7:F1}") : "      -";
            text.AppendLine(CultureInfo.InvariantCulture, $"{entry.Microseconds,11:F1} {100 * entry.Microseconds / total,6:F1} {entry.Flops / 1e6,10:F3} {entry.GflopsPerSecond,9:F1} {peak} {entry.Bytes / 1e3,10:F1} {entry.GigabytesPerSecond,8:F1}  {entry.Library,-12} {entry.Operator,-23} {entry.Node}");
        }

        var kernels = Entries.Sum(entry => entry.Microseconds);
        text.AppendLine(CultureInfo.InvariantCulture, $"{total,11:F1}  100.0   one run, of which {total - kernels:F1} µs between kernels; {Runs} runs");
        return text.ToString();
    }

    /// <summary>
    /// Writes one run in the Chrome trace format: a row per stream, the whole run around the calls of the first. Open it in
    /// chrome://tracing or ui.perfetto.dev.
    /// </summary>
    /// <param name="stream">Receives JSON in UTF-8.</param>
    public void WriteChromeTrace(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ns");
        json.WriteStartArray("traceEvents");
        foreach (var row in Timeline.Select(call => call.Stream).Distinct().Order())
        {
            Begin(json, "thread_name", "M", row);
            json.WriteStartObject("args");
            json.WriteString("name", $"stream {row}");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        if (Timeline.Count > 0)
        {
            var (start, end) = (Timeline.Min(call => call.Start), Timeline.Max(call => call.Start + call.Duration));
            Begin(json, "run", "X", 0);
            WriteTime(json, start, end - start);
            json.WriteEndObject();
        }

        foreach (var call in Timeline)
        {
            var entry = Entries[call.Entry];
            Begin(json, entry.Node, "X", call.Stream);
            json.WriteString("cat", entry.Operator);
            WriteTime(json, call.Start, call.Duration);
            json.WriteStartObject("args");
            json.WriteString("kernel", entry.Library);
            json.WriteNumber("flops", entry.Flops);
            json.WriteNumber("bytes", entry.Bytes);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter json, string name, string phase, int row)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("ph", phase);
        json.WriteNumber("pid", 1);
        json.WriteNumber("tid", row + 1);
    }

    private static void WriteTime(Utf8JsonWriter json, TimeSpan start, TimeSpan duration)
    {
        json.WriteNumber("ts", start.TotalMicroseconds);
        json.WriteNumber("dur", duration.TotalMicroseconds);
    }
}
