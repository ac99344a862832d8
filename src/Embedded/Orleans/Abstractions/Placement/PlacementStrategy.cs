namespace Orleans.Runtime;

/// <summary>Says by which rule a grain class is placed; a director of the same strategy type does it.</summary>
[Serializable]
[SerializerTransparent]
public abstract class PlacementStrategy
{
    /// <summary>Whether the cluster keeps at most one activation per grain; default true.</summary>
    public virtual bool IsUsingGrainDirectory => true;

    /// <summary>Reads what <see cref="PopulateGrainProperties"/> wrote.</summary>
    public virtual void Initialize(GrainProperties properties)
    {
    }

    /// <summary>Adds the strategy's settings to the grain type's properties.</summary>
    public virtual void PopulateGrainProperties(
        IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        properties[WellKnownGrainTypeProperties.PlacementStrategy] = GetType().Name;
    }
}
