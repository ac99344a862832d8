using Orleans.Placement;

namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

[AttributeUsage(AttributeTargets.Class)]
public sealed class HintedPlacementAttribute() : PlacementAttribute(new HintedPlacement());
