using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Checkpoints;

/// <summary>What a checkpoint of a run whose batch size changes has in addition.</summary>
/// <param name="SampleInEpoch">Samples of the epoch that were used: the sampler's cursor, 0 or more.</param>
/// <param name="BatchSize">Samples per global batch at that time, 1 or more.</param>
/// <param name="UsefulSamples">Progress: samples, each counted by the statistical efficiency of its step; finite, 0 or more.</param>
/// <param name="Noise">What the estimator of the gradient noise remembers.</param>
public sealed record AdaptiveBatchState(int SampleInEpoch, int BatchSize, double UsefulSamples, GradientNoiseState Noise);
