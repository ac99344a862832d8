namespace Orleans;

/// <summary>Gives a type or method a stable name on the wire, so that it may be renamed or moved.</summary>
/// <param name="alias">The name, unique in the application.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Method | AttributeTargets.Interface,
    AllowMultiple = true)]
public sealed class AliasAttribute(string alias) : Attribute
{
    /// <summary>The name.</summary>
    public string Alias { get; } = alias;
}
