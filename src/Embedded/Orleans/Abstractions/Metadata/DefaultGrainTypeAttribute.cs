namespace Orleans.Metadata;

/// <summary>Names the grain type that implements the interface when several classes do.</summary>
/// <param name="grainType">The grain type's name.</param>
[AttributeUsage(AttributeTargets.Interface, AllowMultiple = false)]
public sealed class DefaultGrainTypeAttribute(string grainType) : Attribute, IGrainInterfacePropertiesProviderAttribute
{
    internal string GrainTypeName { get; } = grainType;

    void IGrainInterfacePropertiesProviderAttribute.Populate(IServiceProvider services, Type type, Dictionary<string, string> properties) =>
        properties["default-grain-type"] = GrainTypeName;
}
