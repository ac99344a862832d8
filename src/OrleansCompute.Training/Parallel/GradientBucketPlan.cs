namespace OrleansCompute.Training.Parallel;

/// <summary>
/// How a flat gradient vector is cut into buckets that travel while the backward pass goes on. Bucket 0 is the end of the vector, whose
/// gradients backward makes first; the last bucket holds what is left. Both ends of a channel compute it from the same two numbers. Immutable.
/// </summary>
public sealed record GradientBucketPlan
{
    /// <summary>Most buckets of a plan: more would cost more in messages than they gain.</summary>
    public const int MaxCount = 65_536;

    /// <summary>Fewest values of a bucket that travels: 64 bytes.</summary>
    public const int MinTravelLength = 16;

    /// <summary>Creates a plan.</summary>
    /// <param name="parameterCount">Length of the vector, 1 or more.</param>
    /// <param name="bucketLength">Values of a bucket, 1 or more, and so many that there are no more than <see cref="MaxCount"/> buckets.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public GradientBucketPlan(int parameterCount, int bucketLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parameterCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bucketLength, 1);
        (ParameterCount, BucketLength) = (parameterCount, Math.Min(bucketLength, parameterCount));
        Count = (int)(((long)ParameterCount + BucketLength - 1) / BucketLength);
        if (Count > MaxCount)
        {
            throw new ArgumentOutOfRangeException(
                nameof(bucketLength),
                bucketLength,
                $"{parameterCount} parameters in buckets of {bucketLength} are {Count} buckets; allowed {MaxCount}. Make buckets of {MinLength(parameterCount)} or more.");
        }
    }

    /// <summary>Fewest values that a bucket which travels may have with so many parameters.</summary>
    /// <param name="parameterCount">Length of the vector, 1 or more.</param>
    public static int MinLength(int parameterCount) => Math.Max(MinTravelLength, (int)(((long)parameterCount + MaxCount - 1) / MaxCount));

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
