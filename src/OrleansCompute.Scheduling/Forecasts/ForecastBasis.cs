namespace OrleansCompute.Scheduling.Forecasts;

/// <summary>What a forecast rests on, the surest first.</summary>
public enum ForecastBasis
{
    /// <summary>The job's owner, or its own progress, says how long it still takes.</summary>
    Stated,

    /// <summary>Learned from jobs that finished; a range.</summary>
    Learned,

    /// <summary>Nothing is known; no number is given.</summary>
    Unknown,
}
