namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

public interface IPickyTurnGrain : ITurnGrain;
