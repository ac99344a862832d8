namespace Orleans;

/// <summary>Which members get an id by themselves.</summary>
public enum GenerateFieldIds
{
    /// <summary>Only members with an explicit <see cref="IdAttribute"/>.</summary>
    None = 0,

    /// <summary>Every public property with a setter.</summary>
    PublicProperties = 1,
}
