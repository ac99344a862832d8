namespace OrleansCompute.Edge.Agent.Models;

/// <summary>The most probable class and its probability, 0 to 1.</summary>
internal readonly record struct Classification(int Label, float Confidence);
