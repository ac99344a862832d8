using System.Collections.Immutable;

namespace OrleansCompute.Scheduling.Pooling;

/// <summary>A waiting job as a pool policy sees it.</summary>
/// <param name="Tenant">Tenant that pays.</param>
/// <param name="Job">Name in the tenant.</param>
/// <param name="MinAccelerators">Fewest accelerators it can run with, 1 or more.</param>
/// <param name="MaxAccelerators">Most accelerators it can use, at least the minimum.</param>
/// <param name="Kinds">Acceptable kinds; empty means any.</param>
public sealed record JobDemand(string Tenant, string Job, int MinAccelerators, int MaxAccelerators, ImmutableArray<string> Kinds)
{
    /// <summary>Whether the job accepts accelerators of this kind.</summary>
    public bool Accepts(string kind) => Kinds.IsDefaultOrEmpty || Kinds.Contains(kind);
}
