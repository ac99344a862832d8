namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

[GenerateSerializer]
public sealed class OutOfStockException : Exception
{
    public OutOfStockException()
    {
    }

    public OutOfStockException(string message, int left)
        : base(message) => Left = left;

    [Id(0)]
    public int Left { get; set; }
}
