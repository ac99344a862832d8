using Orleans.Placement;

namespace OrleansCompute.Grains.Placement;

/// <summary>The grain runs on the node that its key names.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NodePlacementAttribute() : PlacementAttribute(NodePlacementStrategy.Instance);
