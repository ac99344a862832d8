namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

public interface IReentrantTurnGrain : ITurnGrain;
