namespace OrleansCompute.Training.Data;

/// <summary>
/// The order in which an epoch visits the samples: a Fisher-Yates shuffle driven by SplitMix64, seeded with seed and epoch.
/// The same on every machine and .NET version, so a checkpoint needs only seed, epoch and step. Immutable; thread-safe.
/// </summary>
public sealed class EpochSampler
{
    /// <summary>Describes the order; nothing is shuffled yet.</summary>
    /// <param name="sampleCount">Samples per epoch, 1 or more.</param>
    /// <param name="seed">Any number; runs with equal seeds visit the samples in equal order.</param>
    public EpochSampler(int sampleCount, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleCount, 1);
        SampleCount = sampleCount;
        Seed = seed;
    }

    /// <summary>Samples per epoch.</summary>
    public int SampleCount { get; }

    /// <summary>The seed.</summary>
    public long Seed { get; }

    /// <summary>The samples of an epoch in order: each of 0 to <see cref="SampleCount"/> - 1 exactly once.</summary>
    /// <param name="epoch">Zero-based.</param>
    public int[] Permutation(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        var order = new int[SampleCount];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        var random = new SplitMix64(SplitMix64.Mix((ulong)Seed) + SplitMix64.Mix((ulong)epoch + 0x9E3779B97F4A7C15));
        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = (int)random.NextBelow((ulong)i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}
