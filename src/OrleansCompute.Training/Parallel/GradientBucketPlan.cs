namespace OrleansCompute.Training.Parallel;

/// <summary>
/// How a flat gradient vector is cut into buckets that travel while the backward pass goes on. Bucket 0 is the end of the vector, whose
/// gradients backward makes first; the last bucket holds what is left. Both ends of a channel compute it from the same two numbers. Immutable.
/// </summary>
public sealed record GradientBucketPlan
{
    /// <summary>Creates a plan.</summary>
    /// <param name="parameterCount">Length of the vector, 1 or more.</param>
    /// <param name="bucketLength">Values of a bucket, 1 or more.</param>
    public GradientBucketPlan(int parameterCount, int bucketLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parameterCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bucketLength, 1);
        (ParameterCount, BucketLength) = (parameterCount, Math.Min(bucketLength, parameterCount));
        Count = (int)(((long)ParameterCount + BucketLength - 1) / BucketLength);
    }

    /// <summary>Length of the vector.</summary>
    public int ParameterCount { get; }

    /// <summary>Values of every bucket but the last.</summary>
    public int BucketLength { get; }

    /// <summary>Number of buckets.</summary>
    public int Count { get; }

    /// <summary>Where a bucket lies in the vector.</summary>
    /// <param name="bucket">0 to <see cref="Count"/> - 1.</param>
    public (int Offset, int Length) Range(int bucket)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bucket);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(bucket, Count);
        var end = ParameterCount - (bucket * BucketLength);
        var offset = Math.Max(0, end - BucketLength);
        return (offset, end - offset);
    }

    /// <summary>The bucket of an element.</summary>
    /// <param name="element">0 to <see cref="ParameterCount"/> - 1.</param>
    public int BucketOf(int element)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(element);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(element, ParameterCount);
        return (ParameterCount - 1 - element) / BucketLength;
    }
}
