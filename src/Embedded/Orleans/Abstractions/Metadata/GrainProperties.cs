using System.Collections.Immutable;

namespace Orleans.Metadata;

/// <summary>The properties of a grain type. Immutable.</summary>
[GenerateSerializer]
[Immutable]
public sealed class GrainProperties
{
    /// <summary>Wraps the properties.</summary>
    public GrainProperties(ImmutableDictionary<string, string> values) => Properties = values;

    /// <summary>Name to value.</summary>
    [Id(0)]
    public ImmutableDictionary<string, string> Properties { get; }
}
