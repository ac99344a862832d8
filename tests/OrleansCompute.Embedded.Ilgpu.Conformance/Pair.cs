namespace OrleansCompute.Embedded.Ilgpu.Conformance;

public readonly struct Pair(int first, int second)
{
    public int First { get; } = first;

    public int Second { get; } = second;
}
