using System.Collections.Immutable;

namespace OrleansCompute.Scheduling.Packing;

/// <summary>The packing policies by name.</summary>
public static class PackingPolicies
{
    /// <summary>All names, ours first.</summary>
    public static ImmutableArray<string> Names { get; } =
        ["default", "fgd", "bestfit", "gpupacking", "gpuclustering", "dotproduct", "random"];

    /// <summary>A policy for a pool.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="pool">The pool it serves.</param>
    /// <param name="target">The workload that <c>fgd</c> expects; the others do not look at it.</param>
    /// <param name="seed">Breaks ties.</param>
    /// <exception cref="ArgumentException">No such policy, or <c>fgd</c> without a target.</exception>
    public static IPackingPolicy Create(string name, PackingPool pool, TaskMix? target, int seed) => name switch
    {
        "default" => new BalancedGradientPacking(pool),
        "fgd" => new FragmentationGradientPacking(
            pool, target ?? throw new ArgumentNullException(nameof(target), "target is missing; fgd needs the workload to expect."), new Random(seed)),
        "bestfit" => new BestFitPacking(pool, new Random(seed)),
        "gpupacking" => new TightAcceleratorPacking(pool, new Random(seed)),
        "gpuclustering" => new KindClusteringPacking(pool, new Random(seed)),
        "dotproduct" => new DotProductPacking(pool, new Random(seed)),
        "random" => new RandomPacking(pool, new Random(seed)),
        _ => throw new ArgumentException($"policy is '{name}'; allowed for packing: {string.Join(", ", Names)}."),
    };
}
