using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace OrleansCompute.Grains.Placement;

/// <summary>Places by <see cref="AcceleratorPlacementStrategy"/>.</summary>
internal sealed class AcceleratorPlacementDirector(ISiloStatusOracle silos) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context) =>
        LeaseHint.Find(target.RequestContextData) is { } node
            ? Task.FromResult(SiloNamePlacement.Find(silos, context, target, node))
            : throw new OrleansException(
                $"{target.GrainIdentity} was called without the node of its lease; only a job that holds a lease may activate a shard.");
}
