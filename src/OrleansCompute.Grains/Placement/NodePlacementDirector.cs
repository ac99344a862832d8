using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace OrleansCompute.Grains.Placement;

/// <summary>Places by <see cref="NodePlacementStrategy"/>.</summary>
internal sealed class NodePlacementDirector(ISiloStatusOracle silos) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context) =>
        Task.FromResult(SiloNamePlacement.Find(silos, context, target, target.GrainIdentity.Key.ToString()!));
}
