namespace Orleans.Metadata;

/// <summary>An attribute on a grain class that names its grain type.</summary>
public interface IGrainTypeProviderAttribute
{
    /// <summary>The grain type of the class.</summary>
    GrainType GetGrainType(IServiceProvider services, Type type);
}
