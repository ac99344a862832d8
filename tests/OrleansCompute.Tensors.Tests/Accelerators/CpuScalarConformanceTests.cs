using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Tests.Accelerators;

public sealed class CpuScalarConformanceTests : CpuConformance
{
    protected override SimdLevel Level => SimdLevel.Scalar;
}
