using Orleans.Concurrency;

namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

[Reentrant]
public sealed class ReentrantTurnGrain : TurnGrain, IReentrantTurnGrain;
