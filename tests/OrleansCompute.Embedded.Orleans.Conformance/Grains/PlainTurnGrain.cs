namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

public sealed class PlainTurnGrain : TurnGrain, IPlainTurnGrain;
