using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Compression;

/// <summary>Settings of post-training quantisation. Immutable.</summary>
public sealed record QuantisationOptions
{
    /// <summary>How ranges of activations are found. Default: without the outermost values.</summary>
    public CalibrationMethod Calibration { get; init; } = CalibrationMethod.Percentile;

    /// <summary>Part left out at each end by <see cref="CalibrationMethod.Percentile"/>, 0 to 0.1. Default 0.0001.</summary>
    public double Tail { get; init; } = 1e-4;

    /// <summary>Samples per run while calibrating, 1 to 4096. Default 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Every value outside its range, as sentences; empty if all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        OptionChecks.Within(errors, nameof(Calibration), (int)Calibration, 0, 2);
        OptionChecks.Within(errors, nameof(Tail), Tail, 0, 0.1);
        OptionChecks.Within(errors, nameof(BatchSize), BatchSize, 1, 4096);
        return errors;
    }
}
