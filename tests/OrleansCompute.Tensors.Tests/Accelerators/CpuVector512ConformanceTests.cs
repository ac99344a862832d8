using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Tests.Accelerators;

public sealed class CpuVector512ConformanceTests : CpuConformance
{
    protected override SimdLevel Level => SimdLevel.Vector512;
}
