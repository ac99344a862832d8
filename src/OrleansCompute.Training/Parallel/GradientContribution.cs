namespace OrleansCompute.Training.Parallel;

/// <summary>What one worker computed for a batch.</summary>
/// <param name="Rank">Decides the order of summation; unique within a round.</param>
/// <param name="SampleCount">Samples summed up, 0 or more.</param>
/// <param name="GradientSum">Sum, not mean, of the samples' gradients; ignored if there are no samples.</param>
public readonly record struct GradientContribution(int Rank, int SampleCount, ReadOnlyMemory<float> GradientSum);
