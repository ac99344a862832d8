using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Tests.Accelerators;

public sealed class CpuVector256ConformanceTests : CpuConformance
{
    protected override SimdLevel Level => SimdLevel.Vector256;
}
