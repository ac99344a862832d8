using Orleans;

namespace OrleansCompute.Grains.Nodes;

/// <summary>
/// What an accelerator was measured to be, over all runs of its node. A measurement says at least so much: what else the machine does while it
/// runs makes it less, never more. So a much lower one of the same hardware is not believed at once.
/// </summary>
[GenerateSerializer, Immutable, Alias("oc.node-score.v1")]
internal sealed record KnownScore
{
    /// <summary>Measurements on an idle node that must all be much lower until they are believed.</summary>
    internal const int MaxDoubts = 10;

    // Repeated measurements of an idle machine agree within a few per cent; five times slower was seen where jobs went on meanwhile.
    private const double LeastPart = 0.7;

    /// <summary>Kind, threads and share: a score is of these.</summary>
    [Id(0)] public required string Hardware { get; init; }

    /// <summary>Speed in 10⁹ floating-point operations a second, share included.</summary>
    [Id(1)] public required double Gflops { get; init; }

    /// <summary>When it was measured, UTC.</summary>
    [Id(2)] public required DateTimeOffset At { get; init; }

    /// <summary>How many measurements since then were much lower; 0 where it is not in doubt.</summary>
    [Id(3)] public int Doubts { get; init; }

    /// <summary>What was believed before idle measurements lowered it; 0 where none did. Until it is reached again, it is measured now and then.</summary>
    [Id(4)] public double LoweredFrom { get; init; }

    /// <summary>Whether it was lowered, and may rise again.</summary>
    public bool IsLowered => LoweredFrom > 0;

    /// <summary>What is believed after a measurement.</summary>
    /// <param name="last">What was believed; null for nothing.</param>
    /// <param name="measured">The measurement.</param>
    /// <param name="wasIdle">Whether the node computed nothing else meanwhile, as far as it knows; where it cannot know, the old score is in doubt, and no more.</param>
    public static KnownScore After(KnownScore? last, KnownScore measured, bool wasIdle)
    {
        if (last is null || last.Hardware != measured.Hardware)
        {
            return measured;
        }

        if (measured.Gflops >= LeastPart * last.Gflops)
        {
            return measured with { LoweredFrom = measured.Gflops >= LeastPart * last.LoweredFrom ? 0 : last.LoweredFrom };
        }

        var doubts = wasIdle ? last.Doubts + 1 : Math.Max(1, last.Doubts);
        return doubts > MaxDoubts ? measured with { LoweredFrom = Math.Max(last.Gflops, last.LoweredFrom) } : last with { Doubts = doubts };
    }
}
