namespace OrleansCompute.Training.Data;

/// <summary>
/// How an epoch's order is cut into global batches: step s takes the next batch-size samples, the last step what is left.
/// Every position belongs to exactly one step. Immutable.
/// </summary>
public readonly record struct BatchPlan
{
    /// <summary>Describes the cut.</summary>
    /// <param name="sampleCount">Samples per epoch, 1 or more.</param>
    /// <param name="batchSize">Samples per step over all workers, 1 or more; may exceed the number of samples.</param>
    public BatchPlan(int sampleCount, int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        SampleCount = sampleCount;
        BatchSize = batchSize;
    }

    /// <summary>Samples per epoch.</summary>
    public int SampleCount { get; }

    /// <summary>Samples per full step.</summary>
    public int BatchSize { get; }

    /// <summary>Steps per epoch, a partial last one included.</summary>
    public int StepCount => (int)(((long)SampleCount + BatchSize - 1) / BatchSize);

    /// <summary>The positions in the epoch's order that a step takes.</summary>
    /// <param name="step">Zero-based step in the epoch, below <see cref="StepCount"/>.</param>
    public Range Positions(int step)
    {
        if (step < 0 || step >= StepCount)
        {
            throw new ArgumentOutOfRangeException(nameof(step), step, $"step must be from 0 to {StepCount - 1}.");
        }

        var start = step * BatchSize;
        return start..(int)Math.Min((long)start + BatchSize, SampleCount);
    }
}
