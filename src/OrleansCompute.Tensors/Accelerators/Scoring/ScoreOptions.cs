namespace OrleansCompute.Tensors.Accelerators.Scoring;

/// <summary>How an accelerator is measured. Immutable.</summary>
public sealed record ScoreOptions
{
    /// <summary>Samples of which the median counts, 1 to 101. Default 5.</summary>
    public int Runs { get; init; } = 5;

    /// <summary>Least time of a sample: short calls are repeated. Default 20 ms: the clock's and the scheduler's grains are below a per cent of it.</summary>
    public TimeSpan SampleTime { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>A measurement that would take longer than this, by what was measured before, is left out. Default 10 s.</summary>
    public TimeSpan MeasurementLimit { get; init; } = TimeSpan.FromSeconds(10);

    internal void Check()
    {
        if (Runs is < 1 or > 101)
        {
            throw new ArgumentOutOfRangeException(nameof(Runs), Runs, "Runs: allowed 1 to 101.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SampleTime, TimeSpan.Zero, nameof(SampleTime));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(MeasurementLimit, TimeSpan.Zero, nameof(MeasurementLimit));
    }
}
