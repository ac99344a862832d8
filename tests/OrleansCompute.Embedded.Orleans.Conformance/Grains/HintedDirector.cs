using Orleans.Runtime.Placement;

namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

public sealed class HintedDirector(ISiloStatusOracle oracle) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        // Null without any value in the caller's context, although its type does not say so.
        if (target.RequestContextData is not { } values || !values.TryGetValue("silo", out var wanted))
        {
            return Task.FromResult(silos[0]);
        }

        foreach (var silo in silos)
        {
            if (oracle.TryGetSiloName(silo, out var name) && name == (string)wanted)
            {
                return Task.FromResult(silo);
            }
        }

        throw new InvalidOperationException($"no silo named {wanted}");
    }
}
