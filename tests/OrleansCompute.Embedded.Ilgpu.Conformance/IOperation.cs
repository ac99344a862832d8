namespace OrleansCompute.Embedded.Ilgpu.Conformance;

public interface IOperation
{
    float Apply(float first, float second);
}
