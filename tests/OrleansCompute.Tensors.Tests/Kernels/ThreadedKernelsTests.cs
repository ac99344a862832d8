using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Tests.Kernels;

/// <summary>Three threads: more than some batches have images, and no divisor of most sizes.</summary>
public sealed class ThreadedKernelsTests : KernelConformance
{
    protected override IKernelSet Kernels { get; } = KernelSets.Create(SimdSupport.Best, threads: 3);
}
