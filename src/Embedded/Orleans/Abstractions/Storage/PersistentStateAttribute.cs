namespace Orleans.Runtime;

/// <summary>Asks for an <see cref="IPersistentState{TState}"/> in a grain's constructor.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public class PersistentStateAttribute : Attribute, IFacetMetadata, IPersistentStateConfiguration
{
    /// <summary>Names the state and its storage.</summary>
    /// <param name="stateName">The state's name within the grain.</param>
    /// <param name="storageName">The storage's name; null for the default.</param>
    public PersistentStateAttribute(string stateName, string? storageName = null)
    {
        ArgumentNullException.ThrowIfNull(stateName);
        StateName = stateName;
        StorageName = storageName;
    }

    /// <inheritdoc/>
    public string StateName { get; }

    /// <inheritdoc/>
    public string? StorageName { get; }
}
