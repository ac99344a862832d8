namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

[GenerateSerializer, Immutable]
public sealed class HintedPlacement : PlacementStrategy;
