using OrleansCompute.Scheduling.Deadlines;
using OrleansCompute.Scheduling.Gangs;
using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Packing;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Reservations;

namespace OrleansCompute.Grains.Pools;

/// <summary>The policy of a live pool, by its name in configuration.</summary>
internal static class PoolPolicies
{
    // Shares of the batch follow measured speeds, so that a slow member costs little, and whoever asks for three accelerators of a pool
    // that has three gets them, even if one has a hundredth of the speed of another.
    private static readonly MixedGangOptions Mixing = new() { Efficiency = 0.97, LeastRelativeSpeed = 0, MaxTypes = 16 };

    /// <summary>
    /// The named policy under the rules for tenants, preemption and parts of accelerators; then for jobs that may mix kinds, wait too long,
    /// have a deadline or a budget. Where no job asks for any of that, the decisions are those of the policy alone.
    /// </summary>
    public static ISchedulingPolicy Create(PoolOptions options)
    {
        var rules = new GovernanceOptions
        {
            FairShareQuantumSeconds = options.FairShareQuantum.TotalSeconds,
            Packing = PackingPolicies.Names.Contains(options.Policy, StringComparer.Ordinal) ? options.Policy : new GovernanceOptions().Packing,
        };
        var mixing = new MixedGangLimits(new MixedGangPolicy(SchedulingPolicies.Create(options.Policy, rules), Mixing));
        return new BudgetPolicy(new DeadlinePolicy(new ReservationPolicy(mixing)));
    }
}
