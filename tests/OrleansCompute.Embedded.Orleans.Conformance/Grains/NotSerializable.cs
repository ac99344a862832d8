namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

public sealed class NotSerializable
{
    public int X { get; set; }
}
