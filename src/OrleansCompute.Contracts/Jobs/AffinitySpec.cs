using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>Jobs that belong together. Groups are of one tenant: those of others do not count.</summary>
[GenerateSerializer, Immutable, Alias("oc.affinity-spec.v1")]
public sealed record AffinitySpec
{
    /// <summary>Name of the group, in the form of every name.</summary>
    [Id(0)] public required string Group { get; init; }

    /// <summary>Whether its jobs are kept on different nodes. Default false: near each other, where that costs nothing else.</summary>
    [Id(1)] public bool Apart { get; init; }
}
