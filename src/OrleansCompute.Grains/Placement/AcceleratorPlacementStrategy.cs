using Orleans;
using Orleans.Runtime;

namespace OrleansCompute.Grains.Placement;

/// <summary>A model shard runs on the node whose accelerator its lease is for.</summary>
[GenerateSerializer, Alias("oc.accelerator-placement.v1")]
public sealed class AcceleratorPlacementStrategy : PlacementStrategy
{
    internal static AcceleratorPlacementStrategy Instance { get; } = new();
}
