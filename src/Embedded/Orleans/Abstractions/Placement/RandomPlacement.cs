namespace Orleans.Runtime;

/// <summary>Any active silo, or the hinted one; the default.</summary>
[GenerateSerializer]
[Immutable]
public sealed class RandomPlacement : PlacementStrategy
{
    internal static RandomPlacement Singleton { get; } = new();
}
