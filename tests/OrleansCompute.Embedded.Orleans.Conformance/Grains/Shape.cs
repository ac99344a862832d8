namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

[GenerateSerializer]
public abstract record Shape([property: Id(0)] string Name);
