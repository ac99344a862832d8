using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Compression;

/// <summary>Settings of low-rank factorisation. Immutable.</summary>
public sealed record LowRankOptions
{
    /// <summary>Part of the sum of squared singular values that is kept, above 0 to 1. Default 0.9.</summary>
    public double EnergyFraction { get; init; } = 0.9;

    /// <summary>Largest rank, 1 or more; null (the default) for none.</summary>
    public int? MaxRank { get; init; }

    /// <summary>Every value outside its range, as sentences; empty if all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        OptionChecks.Above(errors, nameof(EnergyFraction), EnergyFraction, 0, 1);
        OptionChecks.Within(errors, nameof(MaxRank), MaxRank ?? 1, 1, 16_384);
        return errors;
    }
}
