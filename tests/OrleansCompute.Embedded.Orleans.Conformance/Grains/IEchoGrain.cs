using System.Collections.Immutable;

namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

/// <summary>Keeps what it is given, and gives it back.</summary>
public interface IEchoGrain : IGrainWithStringKey
{
    Task<Nest> Keep(Nest nest);

    Task<Nest> Kept();

    Task<(string Name, List<int> Items)> KeepPair((string Name, List<int> Items) pair);

    Task<(string Name, List<int> Items)> KeptPair();

    Task<object?> EchoAny(object? value);
}

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

[GenerateSerializer]
public abstract record Shape([property: Id(0)] string Name);

[GenerateSerializer]
public sealed record Polygon(string Name, [property: Id(0)] List<double> Corners) : Shape(Name);

[GenerateSerializer]
public record struct Span([property: Id(0)] DateTimeOffset From, [property: Id(1)] TimeSpan Length, [property: Id(2)] string[] Tags);
