namespace Orleans.Metadata;

/// <summary>Names of grain type properties.</summary>
public static class WellKnownGrainTypeProperties
{
    /// <summary>The type name of the placement strategy.</summary>
    public const string PlacementStrategy = "placement-strategy";
}
