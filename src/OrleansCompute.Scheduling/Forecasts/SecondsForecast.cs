namespace OrleansCompute.Scheduling.Forecasts;

/// <summary>
/// A number of seconds that is not known exactly: half of all cases are expected between <paramref name="LowSeconds"/> and
/// <paramref name="HighSeconds"/> (the quartiles). Infinite where it is never expected, or nothing is known.
/// </summary>
/// <param name="LowSeconds">First quartile, 0 or more.</param>
/// <param name="LikelySeconds">Median.</param>
/// <param name="HighSeconds">Third quartile.</param>
/// <param name="Basis">What it rests on.</param>
public readonly record struct SecondsForecast(double LowSeconds, double LikelySeconds, double HighSeconds, ForecastBasis Basis)
{
    /// <summary>Nothing is known.</summary>
    public static SecondsForecast Unknown { get; } =
        new(0, double.PositiveInfinity, double.PositiveInfinity, ForecastBasis.Unknown);

    /// <summary>Whether the median is a number.</summary>
    public bool IsKnown => double.IsFinite(LikelySeconds);

    /// <summary>Just this, as somebody said so.</summary>
    public static SecondsForecast Stated(double seconds) => new(seconds, seconds, seconds, ForecastBasis.Stated);

    /// <summary>Each number times a factor of 0 or more.</summary>
    public SecondsForecast Times(double factor) => this with
    {
        LowSeconds = Scale(LowSeconds, factor), LikelySeconds = Scale(LikelySeconds, factor), HighSeconds = Scale(HighSeconds, factor),
    };

    /// <summary>Each number later by so many seconds.</summary>
    public SecondsForecast Plus(double seconds) => this with
    {
        LowSeconds = LowSeconds + seconds, LikelySeconds = LikelySeconds + seconds, HighSeconds = HighSeconds + seconds,
    };

    // Infinite times nothing stays infinite: what nobody knows is not known on more accelerators either.
    private static double Scale(double seconds, double factor) => double.IsInfinity(seconds) ? seconds : seconds * factor;
}
