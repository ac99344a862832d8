namespace OrleansCompute.Training.Workers;

/// <summary>What a run trains on what; a checkpoint is accepted only if it is of the same.</summary>
public sealed record TrainingRunDescription
{
    /// <summary>Samples of the data set, 1 or more; each epoch uses each once.</summary>
    public required int SampleCount { get; init; }

    /// <summary>SHA-256 of the data set, 64 hex digits.</summary>
    public required string DatasetHash { get; init; }

    /// <summary>SHA-256 of the model definition, 64 hex digits.</summary>
    public required string ModelHash { get; init; }
}
