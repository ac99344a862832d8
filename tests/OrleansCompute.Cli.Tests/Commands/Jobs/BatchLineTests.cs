using OrleansCompute.Cli.Commands.Jobs;
using OrleansCompute.Contracts.Jobs;

namespace OrleansCompute.Cli.Tests.Commands.Jobs;

public sealed class BatchLineTests
{
    private static readonly BatchProgress Batch = new()
    {
        BatchSize = 128, NoiseScaleSamples = 1234, EfficiencyFraction = 0.84, UsefulSamplesPerSecond = 9876, LearningRateFactor = 1.5,
    };

    [Fact]
    public void Of_AChosenBatch_SaysWhatItIsWorth() => Assert.Equal(
        "Batch: 128 samples (32 to 512), noise scale 1,234 samples, statistical efficiency 84.0 %, goodput 9,876 useful samples/s, learning rate × 1.50",
        BatchLine.Of(Job(512, Batch)));

    [Fact]
    public void Of_AChosenBatchWithoutNoise_SaysSo() =>
        Assert.Contains("noise scale not known yet", BatchLine.Of(Job(512, Batch with { NoiseScaleSamples = null })), StringComparison.Ordinal);

    [Fact]
    public void Of_AFixedBatch_SaysThat() => Assert.Equal("Batch: 128 samples, fixed", BatchLine.Of(Job(null, Batch)));

    [Fact]
    public void Of_WhatOlderVersionsStored_IsNothing() => Assert.Null(BatchLine.Of(Job(null, null)));

    private static JobStatus Job(int? max, BatchProgress? batch) => new()
    {
        Spec = new JobSpec
        {
            Tenant = "acme",
            Name = "j",
            Model = new ModelSpec { Name = "m", InputShape = [1, 2, 2], Layers = [] },
            Data = new DataSpec { Dataset = "d" },
            Training = new TrainingSpec { Epochs = 1, BatchSize = 32, MaxBatchSize = max },
        },
        State = JobState.Running,
        Reason = "",
        SubmittedAt = DateTimeOffset.UnixEpoch,
        Generation = 1,
        Progress = new JobProgress
        {
            Epoch = 1, Epochs = 1, Step = 1, SamplesDone = 1, SamplesTotal = 1, Loss = 1, ImagesPerSecond = 1, Remaining = TimeSpan.Zero, Workers = [], Batch = batch,
        },
    };
}
