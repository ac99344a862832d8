namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>What a model said about one input.</summary>
/// <param name="SampleIndex">Which input, counted by its source; 0 or more.</param>
/// <param name="Label">The class with the highest probability; 0 or more.</param>
/// <param name="Confidence">That probability, 0 to 1.</param>
/// <param name="LatencyMs">Milliseconds from input to answer; 0 or more.</param>
public readonly record struct InferenceResult(long SampleIndex, int Label, float Confidence, float LatencyMs);
