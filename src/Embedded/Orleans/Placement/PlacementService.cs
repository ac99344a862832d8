using System.Diagnostics.CodeAnalysis;

namespace Orleans.Embedded;

/// <summary>Places new activations with the directors of one silo's services. Thread-safe.</summary>
internal sealed class PlacementService(SiloRuntime silo) : IPlacementContext
{
    private readonly Lazy<PlacementStrategy> _default = new(() => silo.Services.GetService<PlacementStrategy>() ?? RandomPlacement.Singleton);
    private int _next;

    public SiloAddress LocalSilo => silo.Address;

    public SiloStatus LocalSiloStatus => silo.Status;

    public SiloAddress[] GetCompatibleSilos(PlacementTarget target)
    {
        var active = silo.Cluster.ActiveSilos;
        return active.IsEmpty
            ? throw new OrleansException($"No active silo of cluster '{silo.Cluster.ClusterId}' can host {target.GrainIdentity}.")
            : [.. active.Select(item => item.Address)];
    }

    public IReadOnlyDictionary<ushort, SiloAddress[]> GetCompatibleSilosWithVersions(PlacementTarget target) =>
        new Dictionary<ushort, SiloAddress[]> { [0] = GetCompatibleSilos(target) };

    /// <summary>Places without awaiting where the rule is a built-in one and the caller gave no hint.</summary>
    public bool TryPlaceNow(GrainClass grainClass, GrainId grainId, [NotNullWhen(true)] out SiloRuntime? chosen)
    {
        chosen = null;
        var strategy = grainClass.Strategy ?? _default.Value;
        if (RequestContext.Current is { } context && context.ContainsKey(IPlacementDirector.PlacementHintKey))
        {
            return false;
        }

        var active = silo.Cluster.ActiveSilos;
        if (active.IsEmpty)
        {
            return false;
        }

        chosen = strategy switch
        {
            // Random in official Orleans; a scrambled counter spreads as well and needs no shared generator.
            RandomPlacement => active[(int)(Scramble((uint)Interlocked.Increment(ref _next)) % (uint)active.Length)],
            PreferLocalPlacement => silo.IsRunning ? silo : active[0],
            HashBasedPlacement => active.OrderBy(item => item.Address).ElementAt((int)(grainId.GetUniformHashCode() % (uint)active.Length)),
            ActivationCountBasedPlacement => active.MinBy(item => item.ActivationCount),
            _ => null,
        };
        return chosen is not null;
    }

    /// <summary>Asks the strategy's director.</summary>
    public async Task<SiloAddress> PlaceAsync(GrainClass grainClass, GrainReference reference, Dictionary<string, object>? requestContext)
    {
        var strategy = grainClass.Strategy ?? _default.Value;
        var target = new PlacementTarget(reference.GrainId, requestContext!, reference.InterfaceType, 0);
        if (silo.Services.GetKeyedService<IPlacementDirector>(strategy.GetType()) is { } director)
        {
            return await director.OnAddActivation(strategy, target, this);
        }

        return IPlacementDirector.GetPlacementHint(target.RequestContextData, GetCompatibleSilos(target)) is { } hint ? hint
            : WithoutHint(grainClass, reference.GrainId, strategy);
    }

    private SiloAddress WithoutHint(GrainClass grainClass, GrainId grainId, PlacementStrategy strategy)
    {
        RequestContext.Clear();
        return TryPlaceNow(grainClass, grainId, out var chosen)
            ? chosen.Address
            : throw new OrleansException(
                $"No placement director is registered for {strategy.GetType().FullName}: call AddPlacementDirector for it on every silo.");
    }

    private static uint Scramble(uint value)
    {
        value *= 0x9E3779B1u;
        return value ^ (value >> 15);
    }
}
