namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

[GenerateSerializer]
public sealed record Polygon(string Name, [property: Id(0)] List<double> Corners) : Shape(Name);
