using System.Collections.Immutable;
using OrleansCompute.Scheduling.Mixing;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>Policies by name. A fresh object each time; none holds state between rounds.</summary>
public static class SchedulingPolicies
{
    private static readonly ImmutableSortedDictionary<string, Func<ISchedulingPolicy>> Known =
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, Func<ISchedulingPolicy>>
        {
            ["default"] = () => new DefaultPolicy(),
            ["drf"] = () => new DominantResourceFairnessPolicy(),
            ["fifo"] = () => new FifoPolicy(),
            ["ftf"] = () => new FinishTimeFairnessPolicy(),
            ["goodput"] = () => new GoodputPolicy(),
            ["las"] = () => new LeastAttainedServicePolicy(),
            ["mixed"] = () => new MixedTypePolicy(),
            ["tiresias"] = () => new TiresiasPolicy(),
        });

    /// <summary>Names in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Keys];

    /// <summary>Makes a policy.</summary>
    /// <exception cref="ArgumentException">No policy has this name; the message lists those there are.</exception>
    public static ISchedulingPolicy Create(string name) =>
        name is not null && Known.TryGetValue(name, out var make)
            ? make()
            : throw new ArgumentException($"policy is '{name}'; allowed: {string.Join(", ", Names)}.", nameof(name));
}
