namespace OrleansCompute.Scheduling.Alarms;

/// <summary>Settings of <see cref="DeviationRule"/>.</summary>
public sealed record DeviationRuleOptions
{
    /// <summary>
    /// Weight of a new reading in the running mean and variance, above 0 to 1. Default 0.02: at a reading every 5 s the memory is
    /// about 4 minutes, shorter than the daily drift and longer than a door that opens.
    /// </summary>
    public double Smoothing { get; init; } = 0.02;

    /// <summary>
    /// Standard deviations that make an alarm, above 0. Default 8: on the four motes of the single-hop network 6 to 8 find both
    /// introduced events; 8 leaves most margin against false ones.
    /// </summary>
    public double Deviations { get; init; } = 8;

    /// <summary>
    /// Least standard deviation, as a fraction of the mean, 0 or more: a quantity that stands still has none of its own. Default
    /// 0.01, about the accuracy of such sensors.
    /// </summary>
    public double FloorFraction { get; init; } = 0.01;

    /// <summary>Readings before the first alarm can come, 1 or more. Default 60, one memory and a half.</summary>
    public int WarmUpReadings { get; init; } = 60;

    /// <summary>Ordinary readings in a row that end an alarm, 1 or more. Default 12, one minute at a reading every 5 s.</summary>
    public int ClearReadings { get; init; } = 12;

    /// <summary>
    /// Readings after which a lasting deviation becomes the new normal, more than <see cref="ClearReadings"/>. Default 720, an
    /// hour at a reading every 5 s.
    /// </summary>
    public int RelearnReadings { get; init; } = 720;
}
