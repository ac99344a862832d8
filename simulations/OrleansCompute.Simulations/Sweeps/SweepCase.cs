using OrleansCompute.Simulations.Engine;

namespace OrleansCompute.Simulations.Sweeps;

/// <summary>A workload of a sweep.</summary>
/// <param name="Name">Its file, or how it was made.</param>
/// <param name="Seed">Of all chance in its runs.</param>
/// <param name="Setup">Makes a run of it under a policy, with jobs that have not run yet.</param>
public sealed record SweepCase(string Name, int Seed, Func<PolicySpec, SimulationSetup> Setup);
