namespace OrleansCompute.Scheduling.Forecasts;

/// <summary>When a job is expected to start and to end, on the caller's clock.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Start">When it holds accelerators next: now, where it does already. Infinite where that is not within the horizon.</param>
/// <param name="End">When it is done, waiting and restarts included. Infinite where that is not within the horizon.</param>
public sealed record JobForecast(string JobId, SecondsForecast Start, SecondsForecast End);
