namespace Orleans;

/// <summary>Names the grain type of a class; otherwise it is the class name in lower case without a <c>Grain</c> suffix.</summary>
/// <param name="grainType">The name, unique in the cluster.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class GrainTypeAttribute(string grainType) : Attribute, IGrainTypeProviderAttribute
{
    private readonly GrainType _grainType = GrainType.Create(grainType);

    /// <inheritdoc/>
    public GrainType GetGrainType(IServiceProvider services, Type type) => _grainType;
}
