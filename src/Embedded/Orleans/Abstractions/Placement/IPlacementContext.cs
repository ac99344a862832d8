namespace Orleans.Runtime.Placement;

/// <summary>What a director may know about the cluster.</summary>
public interface IPlacementContext
{
    /// <summary>The calling silo.</summary>
    SiloAddress LocalSilo { get; }

    /// <summary>Its status.</summary>
    SiloStatus LocalSiloStatus { get; }

    /// <summary>The active silos that can host the grain.</summary>
    /// <exception cref="OrleansException">There is none.</exception>
    SiloAddress[] GetCompatibleSilos(PlacementTarget target);

    /// <summary>The active silos by interface version.</summary>
    IReadOnlyDictionary<ushort, SiloAddress[]> GetCompatibleSilosWithVersions(PlacementTarget target);
}
