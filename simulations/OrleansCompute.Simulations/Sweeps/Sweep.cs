using OrleansCompute.Simulations.Engine;

namespace OrleansCompute.Simulations.Sweeps;

/// <summary>Runs several policies on several workloads: the same workloads and seeds for each. Not thread-safe.</summary>
public static class Sweep
{
    /// <summary>Runs all, one after the other: each workload under all policies, then the next.</summary>
    /// <param name="cases">Workloads.</param>
    /// <param name="policies">Policies.</param>
    /// <param name="options">How; each case's own seed is taken.</param>
    /// <param name="clock">Measures how long decisions take.</param>
    /// <param name="cancellationToken">Stops between rounds.</param>
    public static IEnumerable<SweepRow> Run(
        IEnumerable<SweepCase> cases, IReadOnlyList<PolicySpec> policies, SimulationOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cases);
        ArgumentNullException.ThrowIfNull(policies);
        ArgumentNullException.ThrowIfNull(options);
        foreach (var one in cases)
        {
            foreach (var policy in policies)
            {
                var setup = one.Setup(policy);
                var simulator = new ClusterSimulator(setup.Cluster, setup.Jobs, setup.Policy, options with { Seed = one.Seed }, clock);
                var result = simulator.Run(cancellationToken: cancellationToken);

                // A sweep of a hundred runs would keep millions of samples.
                yield return new SweepRow(one.Name, policy.ToString(), one.Seed, setup.Refused.Length, result with { Samples = [], Rounds = [] }) { Notes = setup.Notes };
            }
        }
    }
}
