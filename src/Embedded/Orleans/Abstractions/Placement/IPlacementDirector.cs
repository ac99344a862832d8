namespace Orleans.Runtime.Placement;

/// <summary>Chooses the silo of a new activation. Runs on the calling silo, concurrently.</summary>
public interface IPlacementDirector
{
    /// <summary>The <see cref="RequestContext"/> key under which a caller hints at a <see cref="SiloAddress"/>.</summary>
    public const string PlacementHintKey = nameof(PlacementHintKey);

    /// <summary>Chooses a silo; an exception fails the call with its message.</summary>
    Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context);

    /// <summary>The hinted silo if it is among the compatible ones.</summary>
    public static SiloAddress? GetPlacementHint(Dictionary<string, object> requestContextData, SiloAddress[] compatibleSilos) =>
        requestContextData is { Count: > 0 }
        && requestContextData.TryGetValue(PlacementHintKey, out var value)
        && value is SiloAddress hint
        && compatibleSilos.Contains(hint)
            ? hint
            : null;
}
