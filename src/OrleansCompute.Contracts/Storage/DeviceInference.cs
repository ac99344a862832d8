namespace OrleansCompute.Contracts.Storage;

/// <summary>A stored inference result and who sent it.</summary>
/// <param name="Device">Device.</param>
/// <param name="Result">The result.</param>
public readonly record struct DeviceInference(string Device, InferenceResult Result);
