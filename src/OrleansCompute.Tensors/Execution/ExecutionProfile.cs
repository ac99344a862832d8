using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OrleansCompute.Tensors.Execution;

/// <summary>Where the time of some runs went, node by node. Immutable.</summary>
/// <param name="Entries">The nodes, in the order in which they run.</param>
/// <param name="Runs">Runs that were measured.</param>
/// <param name="Total">Time of all runs together, with what lies between the kernels.</param>
/// <param name="Timeline">Start and duration of each call of the last run, in the order of the entries, from its start.</param>
public sealed record ExecutionProfile(
    IReadOnlyList<ProfileEntry> Entries, int Runs, TimeSpan Total, IReadOnlyList<(TimeSpan Start, TimeSpan Duration)> Timeline)
{
    /// <summary>A table for people: the slowest nodes first.</summary>
    /// <param name="peakGflopsPerSecond">What the accelerator can do at most, for the percentages; 0 leaves them out.</param>
    public string ToTable(double peakGflopsPerSecond = 0)
    {
        var text = new StringBuilder();
        text.AppendLine("    µs/call      %   GFLOP/s  % peak     GB/s  kernel       operator                node");
        var total = Math.Max(Total.TotalMicroseconds / Math.Max(Runs, 1), double.Epsilon);
        foreach (var entry in Entries.OrderByDescending(entry => entry.Time))
        {
            var peak = peakGflopsPerSecond > 0 ? $"{100 * entry.GflopsPerSecond / peakGflopsPerSecond,7:F1}" : "      -";
            text.AppendLine(CultureInfo.InvariantCulture, $"{entry.Microseconds,11:F1} {100 * entry.Microseconds / total,6:F1} {entry.GflopsPerSecond,9:F1} {peak} {entry.GigabytesPerSecond,8:F1}  {entry.Library,-12} {entry.Operator,-23} {entry.Node}");
        }

        var kernels = Entries.Sum(entry => entry.Microseconds);
        text.AppendLine(CultureInfo.InvariantCulture, $"{total,11:F1}  100.0   one run, of which {total - kernels:F1} µs between kernels; {Runs} runs");
        return text.ToString();
    }

    /// <summary>Writes the last run in the Chrome trace format: open it in chrome://tracing or ui.perfetto.dev.</summary>
    /// <param name="stream">Receives JSON in UTF-8.</param>
    public void WriteChromeTrace(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ns");
        json.WriteStartArray("traceEvents");
        for (var i = 0; i < Entries.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("name", Entries[i].Node);
            json.WriteString("cat", Entries[i].Operator);
            json.WriteString("ph", "X");
            json.WriteNumber("ts", Timeline[i].Start.TotalMicroseconds);
            json.WriteNumber("dur", Timeline[i].Duration.TotalMicroseconds);
            json.WriteNumber("pid", 1);
            json.WriteNumber("tid", 1);
            json.WriteStartObject("args");
            json.WriteString("kernel", Entries[i].Library);
            json.WriteNumber("flops", Entries[i].Flops);
            json.WriteNumber("bytes", Entries[i].Bytes);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
