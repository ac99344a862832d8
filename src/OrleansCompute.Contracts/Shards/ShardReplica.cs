using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Shards;

/// <summary>A worker's complete state at a step boundary. Never changed once sent.</summary>
[GenerateSerializer, Immutable, Alias("oc.shard-replica.v1")]
public sealed record ShardReplica
{
    /// <summary>All parameters in the network's order.</summary>
    [Id(0)] public required float[] Parameters { get; init; }

    /// <summary>Name of the optimiser.</summary>
    [Id(1)] public required string Optimiser { get; init; }

    /// <summary>Updates made so far.</summary>
    [Id(2)] public required long Updates { get; init; }

    /// <summary>The optimiser's vectors, each as long as the parameters.</summary>
    [Id(3)] public required ImmutableArray<float[]> OptimiserVectors { get; init; }

    /// <summary>The optimiser's single numbers in its own order, such as the loss scale; empty for most.</summary>
    [Id(4)] public ImmutableArray<double> OptimiserNumbers { get; init; } = [];
}
