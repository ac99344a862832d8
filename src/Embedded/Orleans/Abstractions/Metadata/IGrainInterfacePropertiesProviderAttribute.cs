namespace Orleans.Metadata;

/// <summary>An attribute on a grain interface that adds properties to its description.</summary>
public interface IGrainInterfacePropertiesProviderAttribute
{
    /// <summary>Adds properties.</summary>
    void Populate(IServiceProvider services, Type grainInterfaceType, Dictionary<string, string> properties);
}
