using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Checkpoints;

/// <summary>What a checkpoint of a run whose batch size changes, or has changed within the epoch, has in addition.</summary>
/// <param name="SampleInEpoch">Samples of the epoch that were used: the sampler's cursor, 0 or more.</param>
/// <param name="BatchSize">Samples per global batch at that time, 1 or more.</param>
/// <param name="UsefulSamples">Progress: samples, each counted by the statistical efficiency of its step; finite, 0 or more.</param>
/// <param name="Noise">What the estimator of the gradient noise remembers.</param>
/// <param name="LastKnown">
/// The estimate that batch and step size follow: that of <paramref name="Noise"/>, or the last before it became unknown; null (the default) where none
/// was known yet.
/// </param>
public sealed record AdaptiveBatchState(int SampleInEpoch, int BatchSize, double UsefulSamples, GradientNoiseState Noise, GradientNoiseEstimate? LastKnown = null)
{
    /// <summary>Whether a run can go on from it.</summary>
    public bool IsSound =>
        SampleInEpoch >= 0 && BatchSize >= 1 && double.IsFinite(UsefulSamples) && UsefulSamples >= 0 && Noise.IsSound
        && (LastKnown is not { } known || (known.IsSound && Noise.Count >= GradientNoiseEstimator.LeastCount));
}
