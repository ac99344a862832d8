namespace OrleansCompute.Edge.Agent.Reporting;

/// <summary>
/// Latencies from 1 µs to 1,000 s in logarithmic buckets 1/16 of an octave wide, so that a percentile is within 4.5 % in 4 KB,
/// however many there are. Not thread-safe: <see cref="AgentStatus"/> holds its lock.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int PerOctave = 16;
    private const double SmallestMs = 0.001;
    private readonly long[] _counts = new long[31 * PerOctave];

    /// <summary>How many were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>Records one.</summary>
    public void Record(double milliseconds)
    {
        var bucket = (int)(Math.Log2(Math.Max(milliseconds, SmallestMs) / SmallestMs) * PerOctave);
        _counts[Math.Min(bucket, _counts.Length - 1)]++;
        Count++;
    }

    /// <summary>The latency that a fraction of all stays below, in milliseconds; 0 before the first.</summary>
    /// <param name="fraction">0 to 1.</param>
    public double Percentile(double fraction)
    {
        if (Count == 0)
        {
            return 0;
        }

        var wanted = Math.Max(1, (long)Math.Ceiling(fraction * Count));
        var bucket = 0;
        for (var seen = _counts[0]; seen < wanted; seen += _counts[bucket])
        {
            bucket++;
        }

        // The middle of the bucket, on the logarithmic scale.
        return SmallestMs * Math.Pow(2, (bucket + 0.5) / PerOctave);
    }
}
