using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Gangs;
using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Packing;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Grains.Pools;

/// <summary>The policy of a live pool, by its name in configuration: the pipeline that simulations run as well.</summary>
internal static class PoolPolicies
{
    // Shares of the batch follow measured speeds, so that a slow member costs little, and whoever asks for three accelerators of a pool
    // that has three gets them, even if one has a hundredth of the speed of another.
    private static readonly MixedGangOptions Mixing = new() { Efficiency = 0.97, LeastRelativeSpeed = 0, MaxTypes = 16 };

    /// <summary>Makes it, fresh: it holds nothing between rounds.</summary>
    /// <param name="options">How the pool decides.</param>
    /// <param name="lengths">How long jobs take, by those that are done; null where nothing is known.</param>
    public static ISchedulingPolicy Create(PoolOptions options, JobLengths? lengths = null) => PolicyPipeline.Create(options.Policy, new PipelineOptions
    {
        Governance = new GovernanceOptions
        {
            SettleRestarts = options.SettleRestarts,
            FairShareQuantumSeconds = options.FairShareQuantum.TotalSeconds,
            Packing = PackingPolicies.Names.Contains(options.Policy, StringComparer.Ordinal) ? options.Policy : new GovernanceOptions().Packing,

            // The rules of spot nodes begin to empty a node in time; those of tenants must not do so earlier.
            ReclaimNoticeSeconds = options.Spot.LeadSeconds,
        },
        MixedGangs = Mixing,
        Spot = options.Spot,
        Cost = options.Cost,
        Defragmentation = options.Defragmentation,
        Lengths = lengths,
    });

    /// <summary>How long before an announced reclaim a node is emptied, at the latest: as <see cref="SpotPolicy"/> counts it.</summary>
    public static TimeSpan ReclaimLead(PoolOptions options) => TimeSpan.FromSeconds(options.Spot.LeadSeconds + (2 * options.RestartSeconds));
}
