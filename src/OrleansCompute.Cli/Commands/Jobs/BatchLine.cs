using System.Globalization;
using OrleansCompute.Contracts.Jobs;

namespace OrleansCompute.Cli.Commands.Jobs;

/// <summary>What a job's steps are worth, in a line.</summary>
internal static class BatchLine
{
    /// <summary>Batch, noise, efficiency, goodput and rate; null where older versions stored nothing of it.</summary>
    public static string? Of(JobStatus job)
    {
        if (job.Progress?.Batch is not { } batch)
        {
            return null;
        }

        var training = job.Spec.Training;
        var size = string.Create(CultureInfo.InvariantCulture, $"Batch: {batch.BatchSize} samples");
        return training.MaxBatchSize is not { } max
            ? $"{size}, fixed"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{size} ({training.BatchSize} to {max}), noise scale {(batch.NoiseScaleSamples is { } noise ? $"{Tables.Number(noise)} samples" : "not known yet")}, "
                + $"statistical efficiency {Tables.Percent(batch.EfficiencyFraction)}, goodput {Tables.Number(batch.UsefulSamplesPerSecond)} useful samples/s, "
                + $"learning rate × {batch.LearningRateFactor:0.00}");
    }
}
