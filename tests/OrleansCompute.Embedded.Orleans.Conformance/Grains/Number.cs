namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

[GenerateSerializer]
public sealed class Number
{
    [Id(0)]
    public int Value { get; set; }
}
