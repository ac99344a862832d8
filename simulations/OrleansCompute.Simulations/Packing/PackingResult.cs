using System.Collections.Immutable;

namespace OrleansCompute.Simulations.Packing;

/// <summary>How a pool filled up.</summary>
/// <param name="Tasks">Tasks that arrived.</param>
/// <param name="Placed">Tasks that found room.</param>
/// <param name="ArrivedFraction">Accelerators asked for, as a share of the pool.</param>
/// <param name="AllocationFraction">Accelerators held at the end, as a share of the pool.</param>
/// <param name="FragmentedFraction">Accelerators free and of no use at the end, as a share of the pool.</param>
/// <param name="AllocationPercentAt">
/// Index k: mean of what was held while the demand, rounded to percent of the pool, was k; NaN where no arrival fell there.
/// </param>
/// <param name="FragmentedPercentAt">The same for what was free and of no use.</param>
/// <param name="DecisionSeconds">Time of each decision, sorted; empty where no clock was given.</param>
public sealed record PackingResult(
    int Tasks,
    int Placed,
    double ArrivedFraction,
    double AllocationFraction,
    double FragmentedFraction,
    ImmutableArray<double> AllocationPercentAt,
    ImmutableArray<double> FragmentedPercentAt,
    ImmutableArray<double> DecisionSeconds)
{
    /// <summary>Each arrival, in its order.</summary>
    public ImmutableArray<PackingStep> Steps { get; init; } = [];

    /// <summary>The tasks that arrived, in that order, where they came from a list: of one that was drawn again, the same once more.</summary>
    public ImmutableArray<PackingTask> Arrivals { get; init; } = [];

    /// <summary>Allocation at a demand in percent of the pool: the value there, else the nearest below.</summary>
    public double AllocationPercent(int demandPercent) => At(AllocationPercentAt, demandPercent);

    /// <summary>Fragmentation at a demand in percent of the pool: the value there, else the nearest below.</summary>
    public double FragmentedPercent(int demandPercent) => At(FragmentedPercentAt, demandPercent);

    private static double At(ImmutableArray<double> values, int demandPercent)
    {
        for (var k = Math.Min(demandPercent, values.Length - 1); k >= 0; k--)
        {
            if (!double.IsNaN(values[k]))
            {
                return values[k];
            }
        }

        return 0;
    }
}
