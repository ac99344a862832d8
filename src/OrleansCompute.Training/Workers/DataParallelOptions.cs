using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Workers;

/// <summary>Settings of synchronous data-parallel training.</summary>
public sealed record DataParallelOptions
{
    /// <summary>Samples per step over all workers, 1 to 1,048,576. Default 128: a usual size for small image networks, large enough to be cut in three.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>
    /// Most samples per step, where the batch size may be changed while the run goes on, from <see cref="BatchSize"/> to 1,048,576; null (the default)
    /// where it is fixed. Progress is then counted in samples of the initial batch, each step's by its statistical efficiency, and the
    /// run ends when that is worth <see cref="Epochs"/>: the last pass over the data may be a part of one, whose samples are used once or not at all.
    /// </summary>
    public int? MaxBatchSize { get; init; }

    /// <summary>How the step size follows the batch size. Default: by the root of the gain, as for Adam.</summary>
    public LearningRateRule RateRule { get; init; }

    /// <summary>
    /// Where the batch size may change, the noise of the gradients is measured in every so many steps, 0 (never) to 1,000. Default 4: the
    /// squared norms are one more pass over the gradients, which by itself took 0.02 ms of a step of 0.6 ms (perceptron of 235,146 parameters, 32
    /// samples): 4 %, so 1 % of all steps at most, and less of larger batches and of convolutions.
    /// </summary>
    public int NoiseEverySteps { get; init; } = 4;

    /// <summary>Times that every sample is used, 1 to 100,000. Default 1.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Seed of the order of the samples. Default 1.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Shares are reconsidered after this many steps, 1 to 100,000. Default 8: about a second of steps, so that one slow step does not decide.</summary>
    public int RebalanceEverySteps { get; init; } = 8;

    /// <summary>Steps of a new worker that are not measured, 0 to 1,000. Default 2: they contain just-in-time compilation and cold caches.</summary>
    public int WarmupSteps { get; init; } = 2;

    /// <summary>A checkpoint is stored after this many epochs, and after the last, 1 to 100,000. Default 1.</summary>
    public int CheckpointEveryEpochs { get; init; } = 1;

    /// <summary>A worker that has not answered for so long is lost, 100 ms to 1 day. Default 60 s: two orders of magnitude above a step.</summary>
    public TimeSpan WorkerTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Gradients of more bytes than this travel in buckets of so many bytes while the backward pass goes on, 64 bytes to 1 GiB. Default 1 MiB:
    /// large enough that a message's own cost does not count, small enough that most of a gradient is there before the pass ends (PyTorch's
    /// DistributedDataParallel begins with 1 MiB, too). Two workers in one process on two cores, 2.9 million parameters: what a step takes beyond its
    /// slowest worker's busy time fell from 1.7 to 0.7 ms at best and from 5.1 to 3.9 ms in the median; with 0.9 million it stayed.
    /// </summary>
    public int GradientBucketBytes { get; init; } = 1 << 20;

    /// <summary>How shares follow speeds.</summary>
    public ShareBalancerOptions Balancer { get; init; } = new();

    /// <summary>Every value outside its range, as sentences; empty if all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>(Balancer.Validate());
        Check(BatchSize, 1, 1 << 20, nameof(BatchSize));
        Check(MaxBatchSize ?? BatchSize, BatchSize, 1 << 20, nameof(MaxBatchSize));
        Check(NoiseEverySteps, 0, 1_000, nameof(NoiseEverySteps));
        Check(Epochs, 1, 100_000, nameof(Epochs));
        Check(RebalanceEverySteps, 1, 100_000, nameof(RebalanceEverySteps));
        Check(WarmupSteps, 0, 1_000, nameof(WarmupSteps));
        Check(CheckpointEveryEpochs, 1, 100_000, nameof(CheckpointEveryEpochs));
        Check(GradientBucketBytes, 64, 1 << 30, nameof(GradientBucketBytes));
        if (!Enum.IsDefined(RateRule))
        {
            errors.Add($"RateRule is {RateRule}; allowed: {string.Join(", ", Enum.GetNames<LearningRateRule>())}.");
        }

        if (WorkerTimeout < TimeSpan.FromMilliseconds(100) || WorkerTimeout > TimeSpan.FromDays(1))
        {
            errors.Add($"WorkerTimeout is {WorkerTimeout}; allowed 00:00:00.100 to 1.00:00:00.");
        }

        return errors;

        void Check(int value, int min, int max, string name)
        {
            if (value < min || value > max)
            {
                errors.Add($"{name} is {value}; allowed {min} to {max}.");
            }
        }
    }
}
