using System.Collections.Immutable;

namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

[GenerateSerializer]
public sealed record Nest
{
    [Id(0)]
    public required Dictionary<string, List<int[]>> Table { get; init; }

    [Id(1)]
    public required HashSet<string> Names { get; init; }

    [Id(2)]
    public required ImmutableArray<Box> Boxes { get; init; }

    [Id(3)]
    public Shape? Shape { get; init; }

    [Id(4)]
    public int? Count { get; init; }

    [Id(5)]
    public Span Between { get; init; }
}
