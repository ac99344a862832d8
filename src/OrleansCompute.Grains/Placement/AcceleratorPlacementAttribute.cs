using Orleans.Placement;

namespace OrleansCompute.Grains.Placement;

/// <summary>The grain runs on the node of its lease, which the caller names with <see cref="LeaseHint"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class AcceleratorPlacementAttribute() : PlacementAttribute(AcceleratorPlacementStrategy.Instance);
