using System.Collections.Immutable;
using OrleansCompute.Training.Models;
using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Workers;

/// <summary>What happens in a training run, in order. Reported from within the coordinator's loop: handlers must be quick and must not throw.</summary>
public abstract record TrainingEvent
{
    private TrainingEvent()
    {
    }

    /// <summary>A step is done: all its samples are in the mean gradient.</summary>
    /// <param name="Epoch">Zero-based epoch.</param>
    /// <param name="StepInEpoch">Zero-based step in the epoch.</param>
    /// <param name="StepsPerEpoch">Steps of the epoch, with batches as they are now.</param>
    /// <param name="GlobalStep">Zero-based step over all epochs.</param>
    /// <param name="Score">Loss and accuracy over the batch, before its update.</param>
    /// <param name="Duration">From the first command to the mean gradient.</param>
    /// <param name="Workers">Each worker's part, in order of rank.</param>
    public sealed record StepCompleted(
        int Epoch, int StepInEpoch, int StepsPerEpoch, long GlobalStep, BatchScore Score, TimeSpan Duration, ImmutableArray<WorkerStepMetrics> Workers)
        : TrainingEvent
    {
        /// <summary>Samples of a full batch at that time.</summary>
        public int BatchSize { get; init; }

        /// <summary>Samples so far, each counted by the statistical efficiency of its step: all of them with a fixed batch.</summary>
        public double UsefulSamples { get; init; }

        /// <summary>Noise of the gradients; null where it is not measured, or not known yet.</summary>
        public GradientNoiseEstimate? Noise { get; init; }

        /// <summary>Progress of a sample of such a batch relative to the initial one, above 0 to 1.</summary>
        public double Efficiency { get; init; } = 1;

        /// <summary>What the step size is multiplied by.</summary>
        public double RateFactor { get; init; } = 1;

        /// <summary>Samples of the batch per second of <see cref="Duration"/>; 0 if that is zero.</summary>
        public double SamplesPerSecond => Duration > TimeSpan.Zero ? Score.Count / Duration.TotalSeconds : 0;
    }

    /// <summary>The batch size is another one from this step on.</summary>
    /// <param name="GlobalStep">The first step with it.</param>
    /// <param name="BatchSize">Samples of a full batch.</param>
    public sealed record BatchChanged(long GlobalStep, int BatchSize) : TrainingEvent;

    /// <summary>An epoch is done.</summary>
    /// <param name="Epoch">Zero-based epoch.</param>
    /// <param name="Score">Loss and accuracy over the samples of the epoch that this run computed, each before the update of its batch.</param>
    /// <param name="Duration">From its first step, checkpoints of it not included.</param>
    public sealed record EpochCompleted(int Epoch, BatchScore Score, TimeSpan Duration) : TrainingEvent;

    /// <summary>A checkpoint was stored.</summary>
    /// <param name="Epoch">Epoch of the next step.</param>
    /// <param name="StepInEpoch">Next step in the epoch.</param>
    /// <param name="GlobalStep">Updates that the checkpoint contains.</param>
    public sealed record CheckpointSaved(int Epoch, int StepInEpoch, long GlobalStep) : TrainingEvent;

    /// <summary>A worker got the state of the others and takes part from the next step.</summary>
    /// <param name="Name">The worker.</param>
    public sealed record WorkerJoined(string Name) : TrainingEvent;

    /// <summary>A worker failed or did not answer; the others compute its samples of the step again.</summary>
    /// <param name="Name">The worker.</param>
    /// <param name="GlobalStep">The step in which it was lost.</param>
    /// <param name="Reason">What the channel said.</param>
    public sealed record WorkerLost(string Name, long GlobalStep, string Reason) : TrainingEvent;

    /// <summary>A worker left as it was asked to; it does not take part from this step on.</summary>
    /// <param name="Name">The worker.</param>
    /// <param name="GlobalStep">The first step without it.</param>
    public sealed record WorkerLeft(string Name, long GlobalStep) : TrainingEvent;

    /// <summary>Shares changed.</summary>
    /// <param name="GlobalStep">First step with the new shares.</param>
    /// <param name="Shares">Samples of a full batch per worker, in order of rank.</param>
    public sealed record Rebalanced(long GlobalStep, ImmutableArray<int> Shares) : TrainingEvent;
}
