using System.Collections.Immutable;

namespace OrleansCompute.Scheduling.Packing;

/// <summary>
/// Which shapes of task arrive how often: the target workload of Weng et al., "Beware of Fragmentation", USENIX ATC 2023.
/// </summary>
/// <param name="Shapes">Shapes, the most frequent first.</param>
/// <param name="Probabilities">Share of each among the arrivals; they add up to 1.</param>
public sealed record TaskMix(ImmutableArray<PackingShape> Shapes, ImmutableArray<double> Probabilities)
{
    /// <summary>Share of the arrivals that the typical shapes cover, percent: the published runs use 95.</summary>
    public const double DefaultCoveragePercent = 95;

    /// <summary>The most frequent shapes that together make up the given share of the arrivals, scaled to add up to 1.</summary>
    /// <param name="counts">Arrivals per shape.</param>
    /// <param name="withMemory">Whether shapes that differ in memory only are different; in the paper they are not.</param>
    /// <param name="coveragePercent">More than 0, up to 100.</param>
    public static TaskMix Typical(
        IEnumerable<KeyValuePair<PackingShape, long>> counts, bool withMemory = false, double coveragePercent = DefaultCoveragePercent)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (!(coveragePercent > 0 && coveragePercent <= 100))
        {
            throw new ArgumentOutOfRangeException(
                nameof(coveragePercent), coveragePercent, $"coveragePercent is {coveragePercent}; allowed more than 0, up to 100.");
        }

        var merged = new Dictionary<PackingShape, long>();
        foreach (var (shape, count) in counts)
        {
            var key = withMemory ? shape : shape with { MemoryMib = 0 };
            merged[key] = merged.GetValueOrDefault(key) + count;
        }

        // Ties go to the larger shape, as in the published simulator, so that the cut does not depend on the order of arrival.
        var ordered = merged.Where(entry => entry.Value > 0).OrderByDescending(entry => entry.Value)
            .ThenByDescending(entry => entry.Key.CpuMilli).ThenByDescending(entry => entry.Key.ShareMilli)
            .ThenByDescending(entry => entry.Key.Accelerators).ThenByDescending(entry => entry.Key.Models, StringComparer.Ordinal)
            .ThenByDescending(entry => entry.Key.MemoryMib).ToList();
        var total = ordered.Sum(entry => entry.Value);
        var taken = 0;
        var covered = 0L;
        while (taken < ordered.Count && covered < coveragePercent / 100 * total)
        {
            covered += ordered[taken++].Value;
        }

        return new TaskMix(
            [.. ordered.Take(taken).Select(entry => entry.Key)], [.. ordered.Take(taken).Select(entry => (double)entry.Value / covered)]);
    }
}
