namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

public interface IPlainTurnGrain : ITurnGrain;
