namespace Orleans.Metadata;

/// <summary>An attribute on a grain class that adds properties to the description of its grain type.</summary>
public interface IGrainPropertiesProviderAttribute
{
    /// <summary>Adds properties.</summary>
    void Populate(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties);
}
