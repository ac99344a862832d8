using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Compression;

/// <summary>How a compressed model is trained on. Immutable.</summary>
public sealed record FineTuneOptions
{
    /// <summary>Passes over the samples, 0 to 1000. Default 1.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Samples per step, 1 to 4096. Default 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Adam's step size, which falls along half a cosine; above 0 to 1. Default 0.0005.</summary>
    public float LearningRate { get; init; } = 5e-4f;

    /// <summary>Seed of the order of samples. Default 1.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Every value outside its range, as sentences; empty if all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        OptionChecks.Within(errors, nameof(Epochs), Epochs, 0, 1000);
        OptionChecks.Within(errors, nameof(BatchSize), BatchSize, 1, 4096);
        OptionChecks.Above(errors, nameof(LearningRate), LearningRate, 0, 1);
        return errors;
    }
}
