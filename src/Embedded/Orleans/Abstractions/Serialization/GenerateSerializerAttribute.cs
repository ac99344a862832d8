namespace Orleans;

/// <summary>Marks a type that may travel in grain calls: the embedded engine copies its <see cref="IdAttribute"/> members.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
public sealed class GenerateSerializerAttribute : Attribute
{
    /// <summary>Which members take part without an explicit id; default none.</summary>
    public GenerateFieldIds GenerateFieldIds { get; init; }

    /// <summary>Whether primary constructor parameters take part without an explicit id; always so for records.</summary>
    public bool IncludePrimaryConstructorParameters { get; init; }
}
