using OrleansCompute.Scheduling.Packing;

namespace OrleansCompute.Simulations.Packing;

/// <summary>A task that arrived, and the pool after it.</summary>
/// <param name="Placement">Where it went; null where it found no room.</param>
/// <param name="AllocationFraction">Accelerators held after it, as a share of the pool.</param>
/// <param name="FragmentedFraction">Accelerators free and of no use after it, as a share of the pool.</param>
public readonly record struct PackingStep(PackingPlacement? Placement, double AllocationFraction, double FragmentedFraction);
