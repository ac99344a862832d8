namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

[GenerateSerializer]
public sealed class Box
{
    [Id(0)]
    public List<int> Items { get; set; } = [];

    [Id(1)]
    public Box? Inner { get; set; }

    [field: NonSerialized]
    public string NotSerialised { get; set; } = "";
}
