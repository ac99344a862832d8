using Orleans;

namespace OrleansCompute.Grains.Nodes;

/// <summary>What is stored of a node: what must hold over all its runs.</summary>
[GenerateSerializer, Alias("oc.node-state.v1")]
public sealed class NodeGrainState
{
    /// <summary>The last lease that each accelerator was given, by its name.</summary>
    [Id(0)] public Dictionary<string, long> Fences { get; set; } = [];

    /// <summary>What each accelerator was measured to be, by its name; without those that have a score card.</summary>
    [Id(1)] internal Dictionary<string, KnownScore> Scores { get; set; } = [];
}
