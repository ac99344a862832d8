namespace OrleansCompute.Cli.Bench;

/// <summary>A job of the goodput benchmark.</summary>
/// <param name="Seed">Seed of its weights and of the order of samples.</param>
/// <param name="IsAdaptive">Whether the pool chose its batch.</param>
/// <param name="Seconds">From the first lease to the model in the registry.</param>
/// <param name="TrainingSeconds">All steps of it.</param>
/// <param name="AccuracyFraction">On the test images.</param>
/// <param name="LastBatchSize">Samples of its last steps.</param>
/// <param name="Steps">Steps made.</param>
/// <param name="SamplesComputed">Samples computed: with larger batches more, for the same progress.</param>
/// <param name="NoiseScaleSamples">Noise scale of the gradients at the end; null where it was not measured.</param>
/// <param name="Changes">The last changes of the batch, as the job noted them.</param>
internal sealed record GoodputRun(
    int Seed,
    bool IsAdaptive,
    double Seconds,
    double TrainingSeconds,
    double AccuracyFraction,
    int LastBatchSize,
    long Steps,
    long SamplesComputed,
    double? NoiseScaleSamples,
    IReadOnlyList<string> Changes);
