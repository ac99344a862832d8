namespace OrleansCompute.Embedded.Ilgpu.Conformance;

public readonly struct Scale : IOperation
{
    public float Apply(float first, float second) => first * second;
}
