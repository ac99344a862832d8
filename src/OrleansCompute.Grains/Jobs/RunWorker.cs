using System.Globalization;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Shards;

namespace OrleansCompute.Grains.Jobs;

/// <summary>A worker of a run. Its rank is never used twice in the run.</summary>
internal sealed record RunWorker(int Rank, Lease Lease, IModelShardGrain Shard)
{
    /// <summary>Name in metrics and errors; begins with the rank.</summary>
    public string Name { get; } = $"{Rank}:{Lease.Node}/{Lease.Accelerator}";

    /// <summary>The rank in a worker's name.</summary>
    public static int RankOf(string name) =>
        int.Parse(name.AsSpan(0, name.IndexOf(':', StringComparison.Ordinal)), NumberStyles.None, CultureInfo.InvariantCulture);
}
