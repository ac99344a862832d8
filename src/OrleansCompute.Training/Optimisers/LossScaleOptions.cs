namespace OrleansCompute.Training.Optimisers;

/// <summary>
/// Settings of dynamic loss scaling (Micikevicius et al., "Mixed precision training", ICLR 2018, section 3.2). The defaults are those of
/// PyTorch's GradScaler. Immutable.
/// </summary>
public sealed record LossScaleOptions
{
    /// <summary>First scale, 1 to 2^24. Default 65,536.</summary>
    public float InitialScale { get; init; } = 65536;

    /// <summary>Factor after a row of good steps, above 1 to 1024. Default 2.</summary>
    public float GrowthFactor { get; init; } = 2;

    /// <summary>Factor after a gradient that is not finite, above 0 to below 1. Default 0.5.</summary>
    public float BackoffFactor { get; init; } = 0.5f;

    /// <summary>Good steps in a row before the scale grows, 1 or more. Default 2,000.</summary>
    public int GrowthInterval { get; init; } = 2000;

    /// <summary>Largest scale, InitialScale to 2^30. Default 2^24.</summary>
    public float MaxScale { get; init; } = 1 << 24;

    /// <summary>Every value outside its range, as sentences; empty if all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        OptionChecks.Within(errors, nameof(InitialScale), InitialScale, 1, 1 << 24);
        OptionChecks.Above(errors, nameof(GrowthFactor), GrowthFactor, 1, 1024);
        OptionChecks.Above(errors, nameof(BackoffFactor), BackoffFactor, 0, 0.999999);
        OptionChecks.Within(errors, nameof(GrowthInterval), GrowthInterval, 1, int.MaxValue);
        OptionChecks.Within(errors, nameof(MaxScale), MaxScale, InitialScale, 1 << 30);
        return errors;
    }
}
