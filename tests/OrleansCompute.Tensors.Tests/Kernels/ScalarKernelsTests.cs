using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Tests.Kernels;

public sealed class ScalarKernelsTests : KernelConformance
{
    protected override IKernelSet Kernels { get; } = KernelSets.Create(SimdLevel.Scalar);
}
