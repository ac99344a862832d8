namespace OrleansCompute.Training.Compression;

/// <summary>What a model costs and is worth. Immutable.</summary>
/// <param name="SizeBytes">Size of the ONNX file.</param>
/// <param name="DeflatedBytes">Size of the same file deflated: what zeros are worth on the wire.</param>
/// <param name="Parameters">Weights and biases.</param>
/// <param name="NonZeroParameters">Those that are not zero.</param>
/// <param name="Flops">Operations of one sample.</param>
/// <param name="Accuracy">Correct part of the test samples, 0 to 1; null without test samples.</param>
/// <param name="LatencyP50Milliseconds">Median time of one sample.</param>
/// <param name="LatencyP90Milliseconds">Time within which nine of ten runs of one sample end.</param>
public sealed record ModelMeasure(
    long SizeBytes,
    long DeflatedBytes,
    long Parameters,
    long NonZeroParameters,
    long Flops,
    double? Accuracy,
    double LatencyP50Milliseconds,
    double LatencyP90Milliseconds);
