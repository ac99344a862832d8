using Orleans;

namespace OrleansCompute.Contracts.Shards;

/// <summary>What a worker of a job is to do.</summary>
[GenerateSerializer, Immutable, Alias("oc.shard-assignment.v1")]
public sealed record ShardAssignment
{
    /// <summary>The job.</summary>
    [Id(0)] public required Jobs.JobSpec Spec { get; init; }

    /// <summary>The data to train on.</summary>
    [Id(1)] public required Datasets.DatasetVersion Dataset { get; init; }

    /// <summary>The accelerator to compute on.</summary>
    [Id(2)] public required Pools.Lease Lease { get; init; }
}
