using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace OrleansCompute.Grains.Placement;

/// <summary>Finds the silo of a node: a node is a silo, under the same name.</summary>
internal static class SiloNamePlacement
{
    /// <summary>The silo of that name among those that can host the grain.</summary>
    /// <exception cref="SiloUnavailableException">No such silo is active.</exception>
    public static SiloAddress Find(ISiloStatusOracle silos, IPlacementContext context, PlacementTarget target, string node)
    {
        var names = new List<string>();
        foreach (var address in context.GetCompatibleSilos(target))
        {
            if (silos.TryGetSiloName(address, out var name))
            {
                if (string.Equals(name, node, StringComparison.Ordinal))
                {
                    return address;
                }

                names.Add(name);
            }
        }

        names.Sort(StringComparer.Ordinal);
        throw new SiloUnavailableException(
            $"{target.GrainIdentity} belongs on node '{node}', which is not up; the nodes that are: {string.Join(", ", names)}.");
    }
}
