namespace OrleansCompute.Scheduling.Speed;

/// <summary>Batch sizes that a training job may use, in samples.</summary>
public sealed record BatchLimits
{
    /// <summary>Makes limits.</summary>
    /// <param name="initialBatch">Batch that the job was written for, 1 or more; progress is counted in steps of it.</param>
    /// <param name="maxBatch">Largest batch of all accelerators together, at least the initial one.</param>
    /// <param name="minLocalBatch">Smallest batch of one accelerator in one pass, 1 or more.</param>
    /// <param name="maxLocalBatch">Largest batch of one accelerator in one pass (its memory), at least the smallest.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public BatchLimits(int initialBatch, int maxBatch, int minLocalBatch, int maxLocalBatch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(initialBatch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, initialBatch);
        ArgumentOutOfRangeException.ThrowIfLessThan(minLocalBatch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLocalBatch, minLocalBatch);
        InitialBatch = initialBatch;
        MaxBatch = maxBatch;
        MinLocalBatch = minLocalBatch;
        MaxLocalBatch = maxLocalBatch;
    }

    /// <summary>Batch that the job was written for.</summary>
    public int InitialBatch { get; }

    /// <summary>Largest batch of all accelerators together.</summary>
    public int MaxBatch { get; }

    /// <summary>Smallest batch of one accelerator in one pass.</summary>
    public int MinLocalBatch { get; }

    /// <summary>Largest batch of one accelerator in one pass.</summary>
    public int MaxLocalBatch { get; }

    /// <summary>
    /// Whether one accelerator computes a batch beyond the initial one in two passes at least, for the noise of gradients that is measured from
    /// passes. Default true; false where it is measured otherwise, as from one step to the next.
    /// </summary>
    public bool MeasuresFromPasses { get; init; } = true;

    /// <summary>Most accelerators that the largest batch can feed.</summary>
    public int MaxAccelerators => Math.Max(1, MaxBatch / MinLocalBatch);

    /// <summary>The smallest batch that so many accelerators can be fed with: the initial one, or more where each must have its least.</summary>
    /// <param name="accelerators">1 or more.</param>
    public int Smallest(int accelerators) => (int)Math.Max(InitialBatch, Math.Min(int.MaxValue, (long)MinLocalBatch * accelerators));

    /// <summary>Splits a batch over accelerators and passes, as AdaptDL does.</summary>
    /// <param name="batch">Samples of a step; what is more than <see cref="MaxBatch"/> is cut off.</param>
    /// <param name="accelerators">1 or more.</param>
    /// <param name="maxLocalBatch">Largest batch in a pass on these accelerators, where it is less than <see cref="MaxLocalBatch"/>.</param>
    public BatchPlan Split(double batch, int accelerators, int maxLocalBatch = int.MaxValue)
    {
        const double Slack = 1e-8;
        var largest = Math.Min(MaxLocalBatch, maxLocalBatch);
        var share = Math.Ceiling((batch / accelerators) - Slack);
        var passes = Math.Max(1, (int)Math.Ceiling((share / largest) - Slack));

        // The noise of gradients cannot be measured from one pass of one accelerator.
        if (MeasuresFromPasses && accelerators == 1 && batch > InitialBatch + Slack)
        {
            passes = Math.Max(2, passes);
        }

        var local = (int)Math.Ceiling((share / passes) - Slack);
        return new BatchPlan(Math.Min(local, Math.Max(1, MaxBatch / (accelerators * passes))), passes - 1);
    }
}
