namespace OrleansCompute.Cli.Bench;

/// <summary>What the turns of the two sides came to; null where there was no peer.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Threads">Threads of each side.</param>
/// <param name="Unit">What the figures are.</param>
/// <param name="Ours">Our figure, the median over the turns.</param>
/// <param name="Peer">The peer's, likewise.</param>
/// <param name="Ratio">Median over the turns of ours / peer; above 1 ours is faster, for times as well.</param>
/// <param name="RatioBest">Ours / peer in the best turn of each: what other load on the machine disturbs least.</param>
/// <param name="OursCpuMicrosecondsPerItem">Our processor time, all threads, per item.</param>
/// <param name="PeerCpuMicrosecondsPerItem">The peer's.</param>
/// <param name="RatioCpu">Peer's processor time / ours, medians; above 1 ours takes less.</param>
/// <param name="OursSpread">(Best - worst turn) / median of ours.</param>
internal sealed record PairedResult(
    string Name,
    int Threads,
    string Unit,
    double Ours,
    double? Peer,
    double? Ratio,
    double? RatioBest,
    double OursCpuMicrosecondsPerItem,
    double? PeerCpuMicrosecondsPerItem,
    double? RatioCpu,
    double OursSpread)
{
    /// <summary>Puts turns together.</summary>
    /// <param name="name">What was measured.</param>
    /// <param name="threads">Threads of each side.</param>
    /// <param name="unit">What the figures are.</param>
    /// <param name="isTime">Whether less is better: a ratio above 1 always means that ours is faster.</param>
    /// <param name="ours">Our turns.</param>
    /// <param name="peer">The peer's turns, as many, or none.</param>
    public static PairedResult Create(
        string name, int threads, string unit, bool isTime, IReadOnlyList<Sample> ours, IReadOnlyList<Sample> peer)
    {
        double[] figures = [.. ours.Select(sample => sample.Figure)], others = [.. peer.Select(sample => sample.Figure)];
        var cpu = Median([.. ours.Select(sample => sample.CpuSecondsPerItem)]);
        var result = new PairedResult(name, threads, unit, Median(figures), null, null, null, cpu * 1e6, null, null, (figures.Max() - figures.Min()) / Median(figures));
        if (others.Length == 0)
        {
            return result;
        }

        var otherCpu = Median([.. peer.Select(sample => sample.CpuSecondsPerItem)]);
        return result with
        {
            Peer = Median(others),

            // The ratio of each turn, then the median: both sides of a turn met the same load.
            Ratio = Median([.. figures.Zip(others, (mine, other) => isTime ? other / mine : mine / other)]),
            RatioBest = isTime ? others.Min() / figures.Min() : figures.Max() / others.Max(),
            PeerCpuMicrosecondsPerItem = otherCpu * 1e6,
            RatioCpu = cpu > 0 ? otherCpu / cpu : null,
        };
    }

    public static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
