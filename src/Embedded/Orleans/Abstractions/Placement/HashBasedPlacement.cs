namespace Orleans.Runtime;

/// <summary>The silo chosen by the hash of the grain id.</summary>
[GenerateSerializer]
[Immutable]
public sealed class HashBasedPlacement : PlacementStrategy
{
    internal static HashBasedPlacement Singleton { get; } = new();
}
