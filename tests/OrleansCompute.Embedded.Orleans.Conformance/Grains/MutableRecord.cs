namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

[GenerateSerializer]
public sealed record MutableRecord([property: Id(0)] int[] Values, [property: Id(1)] Dictionary<string, Box> Boxes);
