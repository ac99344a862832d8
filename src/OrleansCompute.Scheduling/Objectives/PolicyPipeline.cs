using OrleansCompute.Scheduling.Colocation;
using OrleansCompute.Scheduling.Deadlines;
using OrleansCompute.Scheduling.Gangs;
using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Reservations;

namespace OrleansCompute.Scheduling.Objectives;

/// <summary>
/// A policy by name with all that a pool does around it, live and in simulations alike, in the order in which each part can rely on what is within:
/// <list type="number">
/// <item>batches: each goes with what its job gets in the end;</item>
/// <item>colocation (of the policy <c>default</c> only): two jobs that share accelerators are one to all that is within;</item>
/// <item>budgets: whose money is used up is out;</item>
/// <item>spot: nodes about to be taken back are emptied, and what is placed is sorted onto nodes that stay and nodes that may go;</item>
/// <item>reservations, then deadlines: whose turn it is, whoever its tenant, within its tenant's limits;</item>
/// <item>gangs of several types: with what all others leave over, within the hard limits of their tenants; within the rules for tenants they
/// would not start, as a tenant's part of each type alone is too small for them; where cost counts they grow onto types that are worth it;</item>
/// <item>cost: types by work per money;</item>
/// <item>governance: what each tenant may have, and what may not be touched;</item>
/// <item>defragmentation: within what a tenant has;</item>
/// <item>the policy.</item>
/// </list>
/// </summary>
public static class PolicyPipeline
{
    /// <summary>Makes it.</summary>
    /// <param name="name">One of <see cref="SchedulingPolicies.Names"/>.</param>
    /// <param name="options">What is around; null for the defaults.</param>
    /// <exception cref="ArgumentException">No policy has this name, or an option is out of its range.</exception>
    public static ISchedulingPolicy Create(string name, PipelineOptions? options = null)
    {
        options ??= new PipelineOptions();
        var policy = SchedulingPolicies.Create(name, options.Governance);
        if (policy is GovernedPolicy governed)
        {
            policy = governed.Inner;
        }

        var isPacked = policy is PackedFifoPolicy;
        policy = options.Defragmentation is { } defragmentation ? new DefragmentationPolicy(policy, defragmentation, options.Lengths) : policy;

        // Who packs gangs in a certain way packs parts so as well, as without a pipeline.
        policy = new GovernedPolicy(policy, options.Governance ?? (isPacked ? new GovernanceOptions { Packing = name } : null));
        var frugal = options.Cost is { } cost ? new CostPolicy(policy, cost) : null;
        policy = frugal ?? policy;
        policy = options.MixedGangs is { } mixed ? new MixedGangLimits(new MixedGangPolicy(policy, mixed, frugal)) : policy;
        policy = options.Deadlines is { } deadlines ? new DeadlinePolicy(policy, deadlines, options.Lengths) : policy;
        policy = options.Reservations is { } reservations ? new ReservationPolicy(policy, reservations, options.Lengths) : policy;
        policy = options.Spot is { } spot ? new SpotPolicy(policy, spot, options.Lengths) : policy;
        policy = options.KeepsBudgets ? new BudgetPolicy(policy) : policy;
        if (options.Colocation is not { } colocation || name != "default")
        {
            return new BatchPolicy(policy);
        }

        var least = Math.Max(colocation.MinRunSeconds, options.Governance?.MinRunSeconds ?? new GovernanceOptions().MinRunSeconds);
        return new BatchPolicy(new ColocationPolicy(policy, colocation with { MinRunSeconds = least }));
    }
}
