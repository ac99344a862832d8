namespace OrleansCompute.Dashboard.Data;

/// <summary>What flowed in between two looks.</summary>
/// <param name="ReadingsPerSecond">Readings that reached twins.</param>
/// <param name="InferencesPerSecond">Inference results received.</param>
public readonly record struct FlowPoint(double ReadingsPerSecond, double InferencesPerSecond);
