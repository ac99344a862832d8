namespace OrleansCompute.Cli.Bench;

/// <summary>Medians over the rounds in which the two sides took turns; null where there was no peer.</summary>
internal sealed record PairedResult(
    string Name,
    int Threads,
    string Unit,
    double Ours,
    double? Peer,
    double? Ratio,
    double OursCpuMicrosecondsPerItem,
    double? PeerCpuMicrosecondsPerItem,
    double OursSpread)
{
    /// <summary>Puts rounds together.</summary>
    /// <param name="name">What was measured.</param>
    /// <param name="threads">Threads of each side.</param>
    /// <param name="unit">What the figures are.</param>
    /// <param name="isTime">Whether less is better: a ratio above 1 always means that ours is faster.</param>
    /// <param name="ours">Our rounds.</param>
    /// <param name="peer">The peer's rounds, as many, or none.</param>
    public static PairedResult Create(
        string name, int threads, string unit, bool isTime, IReadOnlyList<Sample> ours, IReadOnlyList<Sample> peer)
    {
        var figures = ours.Select(sample => sample.Figure).ToArray();

        // The ratio of each round, then the median: both sides of a round met the same load.
        var ratios = ours.Zip(peer, (mine, other) => isTime ? other.Figure / mine.Figure : mine.Figure / other.Figure).ToArray();
        return new PairedResult(
            name,
            threads,
            unit,
            Median(figures),
            peer.Count == 0 ? null : Median([.. peer.Select(sample => sample.Figure)]),
            peer.Count == 0 ? null : Median(ratios),
            Median([.. ours.Select(sample => sample.CpuSecondsPerItem)]) * 1e6,
            peer.Count == 0 ? null : Median([.. peer.Select(sample => sample.CpuSecondsPerItem)]) * 1e6,
            (figures.Max() - figures.Min()) / Median(figures));
    }

    public static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
