using OrleansCompute.Grains.Pools;

namespace OrleansCompute.Silo.Bench;

/// <summary>The pool that <see cref="PoolBench"/> measures.</summary>
/// <param name="Accelerators">In nodes of eight, 8 to 1,000,000.</param>
/// <param name="Jobs">Unfinished jobs, 1 to 1,000,000.</param>
/// <param name="Kinds">Kinds of accelerators, 1 to 8; each twice as fast as the one before.</param>
/// <param name="Tenants">Tenants, 1 to 10,000, half of them below others, with quotas and guarantees.</param>
/// <param name="Events">Jobs that end, and as many that come, while it is measured; 1 or more.</param>
/// <param name="EventsPerSecond">How many of each in a second, above 0 to 10,000.</param>
/// <param name="Seed">Of all draws.</param>
/// <param name="Policy">Policy that decides, one of <see cref="PoolOptions.Policies"/>.</param>
/// <param name="WholeOnly">Whether each change is followed by a round over all jobs, as in small pools, for comparison.</param>
public sealed record PoolBenchOptions(int Accelerators, int Jobs, int Kinds, int Tenants, int Events, double EventsPerSecond, int Seed, string Policy, bool WholeOnly = false)
{
    /// <summary>Accelerators of a node.</summary>
    public const int PerNode = 8;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">One is out of its range.</exception>
    public void Validate()
    {
        Check(nameof(Accelerators), Accelerators, PerNode, 1_000_000);
        Check(nameof(Jobs), Jobs, 1, 1_000_000);
        Check(nameof(Kinds), Kinds, 1, 8);
        Check(nameof(Tenants), Tenants, 1, 10_000);
        Check(nameof(Events), Events, 1, 1_000_000);
        if (EventsPerSecond is not (> 0 and <= 10_000))
        {
            throw new ArgumentException($"{nameof(EventsPerSecond)} is {EventsPerSecond}; allowed above 0 to 10000.");
        }

        if (!PoolOptions.Policies.Contains(Policy, StringComparer.Ordinal))
        {
            throw new ArgumentException($"{nameof(Policy)} is '{Policy}'; allowed {string.Join(", ", PoolOptions.Policies)}.");
        }
    }

    private static void Check(string name, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            throw new ArgumentException($"{name} is {value}; allowed {least} to {most}.");
        }
    }
}
