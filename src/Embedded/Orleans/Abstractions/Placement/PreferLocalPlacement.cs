namespace Orleans.Runtime;

/// <summary>The calling silo while it is active.</summary>
[GenerateSerializer]
[Immutable]
public sealed class PreferLocalPlacement : PlacementStrategy
{
    internal static PreferLocalPlacement Singleton { get; } = new();
}
