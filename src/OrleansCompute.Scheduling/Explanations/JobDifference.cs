using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Explanations;

/// <summary>What a change does to a job.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Tenant">Who pays.</param>
/// <param name="Before">What it gets without the change; none where it waits, or is not there.</param>
/// <param name="After">What it gets with it. Nodes that come are numbered after those there are.</param>
/// <param name="BeforeText">The same in words.</param>
/// <param name="AfterText">The same in words.</param>
/// <param name="StartBefore">When it is expected to start without the change; null where that was not looked for.</param>
/// <param name="StartAfter">When with it.</param>
/// <param name="Reason">What the policy says with the change.</param>
public sealed record JobDifference(
    string JobId, string Tenant, Allocation Before, Allocation After, string BeforeText, string AfterText, SecondsForecast? StartBefore,
    SecondsForecast? StartAfter, string Reason)
{
    /// <summary>Samples of a step without the change; null where its batch is fixed, or it waits.</summary>
    public int? BatchBefore { get; init; }

    /// <summary>The same with it.</summary>
    public int? BatchAfter { get; init; }
}
