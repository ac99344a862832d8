using Orleans;

namespace OrleansCompute.Contracts.Shards;

/// <summary>One worker's replica of a model. Key: tenant/job/generation/rank. Placed on the node that holds its lease.</summary>
/// <remarks>
/// The calls take as long as the work does, which on a slow accelerator is longer than the usual 30 s. A step may take 2 minutes:
/// longer than the 60 s after which the coordinator counts a worker as lost, so that it is the coordinator who decides.
/// </remarks>
[Alias("oc.IModelShardGrain")]
public interface IModelShardGrain : IGrainWithStringKey
{
    /// <summary>Loads data and network. Must be the first call.</summary>
    /// <returns>Number of parameters.</returns>
    [ResponseTimeout("00:10:00")]
    Task<int> Load(ShardAssignment assignment);

    /// <summary>Runs a step on the accelerator.</summary>
    [ResponseTimeout("00:02:00")]
    Task<ShardStepOutcome> Step(ShardStep step);

    /// <summary>
    /// Runs a step on the accelerator, as <see cref="Step"/> does, and gives the gradient in buckets while it is computed; the last part is
    /// the outcome, without a gradient.
    /// </summary>
    /// <param name="step">With at least one sample, and a bucket length above 0.</param>
    IAsyncEnumerable<ShardStepPart> StepInBuckets(ShardStep step);

    /// <summary>Trains a throw-away copy for the window, with no exchange, and says how many samples a second it reached.</summary>
    /// <param name="window">How long.</param>
    /// <param name="batchSize">Samples per step of the copy.</param>
    [ResponseTimeout("00:10:00")]
    Task<double> MeasureAlone(TimeSpan window, int batchSize);

    /// <summary>A copy of parameters and optimiser state, for checkpoints and for workers that join.</summary>
    [ResponseTimeout("00:10:00")]
    Task<ShardReplica> Export();

    /// <summary>Takes over the state of another worker or of a checkpoint.</summary>
    [ResponseTimeout("00:10:00")]
    Task Import(ShardReplica replica);

    /// <summary>Classifies a dataset with the present parameters.</summary>
    /// <returns>Fraction of samples classified correctly, 0 to 1.</returns>
    [ResponseTimeout("00:10:00")]
    Task<double> Evaluate(Datasets.DatasetVersion dataset);

    /// <summary>Exports the present parameters as an ONNX artifact.</summary>
    /// <returns>SHA-256 of the artifact, lower-case hexadecimal.</returns>
    [ResponseTimeout("00:10:00")]
    Task<string> ExportOnnx();

    /// <summary>Frees memory; the replica is gone.</summary>
    Task Unload();
}
