using Orleans;
using Orleans.Runtime;

namespace OrleansCompute.Grains.Placement;

/// <summary>A grain runs on the node that its key names.</summary>
[GenerateSerializer, Alias("oc.node-placement.v1")]
public sealed class NodePlacementStrategy : PlacementStrategy
{
    internal static NodePlacementStrategy Instance { get; } = new();
}
