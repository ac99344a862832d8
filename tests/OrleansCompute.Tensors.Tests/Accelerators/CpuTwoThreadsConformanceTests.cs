using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Tests.Accelerators;

public sealed class CpuTwoThreadsConformanceTests : CpuConformance
{
    protected override SimdLevel Level => SimdSupport.Best;

    protected override int Threads => 2;
}
