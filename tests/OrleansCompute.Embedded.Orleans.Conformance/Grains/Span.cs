namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

[GenerateSerializer]
public record struct Span([property: Id(0)] DateTimeOffset From, [property: Id(1)] TimeSpan Length, [property: Id(2)] string[] Tags);
