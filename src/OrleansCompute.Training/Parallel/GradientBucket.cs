namespace OrleansCompute.Training.Parallel;

/// <summary>A part of one worker's gradient sum that will not change any more in this step.</summary>
/// <param name="Index">Its number in the <see cref="GradientBucketPlan"/>.</param>
/// <param name="Values">Sum of the samples' gradients; valid until the worker's next command but one.</param>
public readonly record struct GradientBucket(int Index, ReadOnlyMemory<float> Values);
