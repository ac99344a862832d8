namespace Orleans.Runtime;

/// <summary>Names a state and its storage.</summary>
public interface IPersistentStateConfiguration
{
    /// <summary>The state's name within the grain.</summary>
    string StateName { get; }

    /// <summary>The storage's name; null for the default.</summary>
    string? StorageName { get; }
}
