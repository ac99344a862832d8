using OrleansCompute.Scheduling.Forecasts;

namespace OrleansCompute.Scheduling.Explanations;

/// <summary>Who holds accelerators of a type after a round.</summary>
/// <param name="Tenant">Tenant.</param>
/// <param name="JobId">Its job.</param>
/// <param name="Accelerators">Accelerators of the type, a part counting as its share.</param>
/// <param name="Until">When it is expected to end, on the caller's clock.</param>
public sealed record AcceleratorHolder(string Tenant, string JobId, double Accelerators, SecondsForecast Until);
