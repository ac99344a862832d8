using OrleansCompute.Training.Checkpoints;
using OrleansCompute.Training.Optimisers;
using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Workers;

/// <summary>
/// How large the batches of a run are, and how far it is in terms of the initial batch. <see cref="Request"/> is thread-safe; the other members
/// are for the coordinator's loop.
/// </summary>
internal sealed class BatchControl(DataParallelOptions options, int sampleCount)
{
    private readonly GradientNoiseEstimator _noise = new();
    private int _requested;

    /// <summary>Samples of a full batch now.</summary>
    public int BatchSize { get; private set; } = options.BatchSize;

    public bool IsAdaptive => options.MaxBatchSize is not null;

    /// <summary>The last that was known: where the gradient cannot be told from zero for a while, batch and step size stay as they fit together.</summary>
    public GradientNoiseEstimate? Noise { get; private set; }

    /// <summary>Samples, each counted by the efficiency of its step.</summary>
    public double UsefulSamples { get; private set; }

    // Halves of a sample are rounding. Progress is a finite number: whatever it is added up from is checked where it comes in.
    public bool IsDone => UsefulSamples >= ((double)options.Epochs * sampleCount) - 0.5;

    public void Request(int batchSize) => Volatile.Write(ref _requested, batchSize);

    /// <summary>Takes over what was requested; false where nothing changes.</summary>
    public bool Turn()
    {
        var requested = Interlocked.Exchange(ref _requested, 0);
        if (requested == 0 || requested == BatchSize)
        {
            return false;
        }

        BatchSize = requested;
        return true;
    }

    /// <summary>Whether the noise is measured in a step.</summary>
    public bool Measures(long globalStep) => IsAdaptive && options.NoiseEverySteps > 0 && globalStep % options.NoiseEverySteps == 0;

    /// <summary>How the update of a step with so many samples is made.</summary>
    public StepScale ScaleOf(int samples) => IsAdaptive
        ? new StepScale(LearningRateScaling.Factor(options.RateRule, Noise, samples, options.BatchSize), (long)(UsefulSamples / options.BatchSize))
        : StepScale.One;

    public double Efficiency(int samples) => Noise?.Efficiency(samples, options.BatchSize) ?? 1;

    /// <summary>A step is done: counts it, then takes in what was measured of it.</summary>
    public void Complete(int samples, StepNoise? noise)
    {
        var efficiency = Efficiency(samples);
        if (!double.IsFinite(efficiency))
        {
            throw new InvalidOperationException($"A step of {samples} samples has the efficiency {efficiency} by the noise {Noise}; the run would never end.");
        }

        UsefulSamples += samples * efficiency;
        if (noise is { } measured)
        {
            _noise.Observe(measured.PartSquares, measured.Parts, measured.MeanSquare, measured.Samples);
            Noise = _noise.Estimate ?? Noise;
        }
    }

    /// <summary>Null where the number of steps says it all: the batch is fixed, and was for the whole epoch.</summary>
    public AdaptiveBatchState? Export(int stepInEpoch, int sampleInEpoch) =>
        IsAdaptive || sampleInEpoch != SamplesOf(stepInEpoch, options.BatchSize)
            ? new AdaptiveBatchState(sampleInEpoch, BatchSize, UsefulSamples, _noise.Export(), Noise)
            : null;

    /// <summary>Goes on from a checkpoint.</summary>
    /// <returns>Samples of its epoch that were used.</returns>
    public int Import(Checkpoint checkpoint)
    {
        var used = checkpoint.Adaptive?.SampleInEpoch ?? SamplesOf(checkpoint.StepInEpoch, checkpoint.BatchSize);
        UsefulSamples = ((double)checkpoint.Epoch * sampleCount) + used;
        if (checkpoint.Adaptive is { } state && options.MaxBatchSize is { } max)
        {
            UsefulSamples = state.UsefulSamples;
            BatchSize = Math.Clamp(state.BatchSize, options.BatchSize, max);
            _noise.Import(state.Noise);
            Noise = _noise.Estimate ?? state.LastKnown;
        }

        return used;
    }

    private int SamplesOf(int steps, int batchSize) => (int)Math.Min(sampleCount, (long)steps * batchSize);
}
