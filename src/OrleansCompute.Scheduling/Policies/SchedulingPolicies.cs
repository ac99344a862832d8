using System.Collections.Immutable;
using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Mixing;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>Policies by name. A fresh object each time; none holds state between rounds.</summary>
public static class SchedulingPolicies
{
    private static readonly ImmutableSortedDictionary<string, Func<ISchedulingPolicy>> Known =
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, Func<ISchedulingPolicy>>
        {
            ["bestfit"] = () => new PackedFifoPolicy("bestfit"),
            ["default"] = () => new DefaultPolicy(),
            ["drf"] = () => new DominantResourceFairnessPolicy(),
            ["fgd"] = () => new PackedFifoPolicy("fgd"),
            ["fifo"] = () => new FifoPolicy(),
            ["ftf"] = () => new FinishTimeFairnessPolicy(),
            ["goodput"] = () => new GoodputPolicy(),
            ["las"] = () => new LeastAttainedServicePolicy(),
            ["mixed"] = () => new MixedTypePolicy(),
            ["tiresias"] = () => new TiresiasPolicy(),
        });

    /// <summary>Names in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Keys];

    /// <summary>Names that <see cref="Create"/> also takes, of policies that only work where lengths are known.</summary>
    public static IReadOnlyList<string> ClairvoyantNames { get; } = ["srtf"];

    /// <summary>Makes a policy, under the rules for tenants, preemption and parts of accelerators.</summary>
    /// <param name="name">One of <see cref="Names"/> or <see cref="ClairvoyantNames"/>.</param>
    /// <param name="governance">The rules; null for the defaults.</param>
    /// <exception cref="ArgumentException">No policy has this name; the message lists those there are. Or a rule is out of its range.</exception>
    public static ISchedulingPolicy Create(string name, GovernanceOptions? governance = null) =>
        name is not null && Known.TryGetValue(name, out var make)
            ? Govern(make(), governance)
            : name == "srtf" ? Govern(new ShortestRemainingPolicy(), governance)
            : throw new ArgumentException($"policy is '{name}'; allowed: {string.Join(", ", Names)}.");

    // Who packs gangs in a certain way packs parts so as well.
    private static GovernedPolicy Govern(ISchedulingPolicy policy, GovernanceOptions? governance) =>
        new(policy, governance ?? (policy is PackedFifoPolicy ? new GovernanceOptions { Packing = policy.Name } : null));
}
