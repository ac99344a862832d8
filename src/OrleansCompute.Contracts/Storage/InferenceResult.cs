namespace OrleansCompute.Contracts.Storage;

/// <summary>What a device made of one sample.</summary>
/// <param name="Sample">Number of the sample in its source.</param>
/// <param name="Label">Class it chose.</param>
/// <param name="Confidence">Probability it gave that class, 0 to 1.</param>
/// <param name="LatencyMs">Time of the inference, milliseconds.</param>
public readonly record struct InferenceResult(long Sample, int Label, float Confidence, float LatencyMs);
