using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Workers;

/// <summary>A worker's complete state at a step boundary: for checkpoints, for workers that join, for the registry. Immutable by convention.</summary>
/// <param name="Parameters">All parameters in the model's order.</param>
/// <param name="Optimiser">The optimiser's memory; its step count is the number of updates made.</param>
public sealed record ShardState(float[] Parameters, OptimiserState Optimiser);
