using System.Collections;
using OrleansCompute.Contracts.Inferences;
using OrleansCompute.Contracts.Storage;

namespace OrleansCompute.Gateway.Inferences;

/// <summary>
/// Compares inference results with labels, one after another; memory is a bit per label and a row per device. Pure; not thread-safe.
/// </summary>
/// <param name="labels">The label of sample i at index i.</param>
public sealed class InferenceScoring(ReadOnlyMemory<byte> labels)
{
    private readonly BitArray seen = new(labels.Length);
    private readonly SortedDictionary<string, Row> rows = new(StringComparer.Ordinal);
    private long distinct;

    /// <summary>Takes a result into account. A sample without a label counts, but is neither right nor wrong.</summary>
    public void Add(DeviceInference inference)
    {
        if (!rows.TryGetValue(inference.Device, out var row))
        {
            rows.Add(inference.Device, row = new Row());
        }

        row.Count++;
        var sample = inference.Result.Sample;
        if (sample < 0 || sample >= labels.Length)
        {
            return;
        }

        row.Labelled++;
        row.Correct += labels.Span[(int)sample] == inference.Result.Label ? 1 : 0;
        if (!seen[(int)sample])
        {
            seen[(int)sample] = true;
            distinct++;
        }
    }

    /// <summary>The result so far.</summary>
    public InferenceSummary Summarize(string model, int version, string dataset)
    {
        var labelled = rows.Values.Sum(row => row.Labelled);
        var correct = rows.Values.Sum(row => row.Correct);
        return new InferenceSummary(
            model,
            version,
            dataset,
            rows.Values.Sum(row => row.Count),
            distinct,
            labelled,
            correct,
            Fraction(correct, labelled),
            [.. rows.Select(r => new DeviceAccuracy(
                r.Key, r.Value.Count, r.Value.Labelled, r.Value.Correct, Fraction(r.Value.Correct, r.Value.Labelled)))]);
    }

    private static double? Fraction(long correct, long labelled) => labelled == 0 ? null : (double)correct / labelled;

    private sealed class Row
    {
        public long Count { get; set; }

        public long Labelled { get; set; }

        public long Correct { get; set; }
    }
}
