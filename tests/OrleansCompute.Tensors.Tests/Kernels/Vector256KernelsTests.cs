using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Tests.Kernels;

/// <summary>On a processor without these instructions the best supported level is tested instead.</summary>
public sealed class Vector256KernelsTests : KernelConformance
{
    protected override IKernelSet Kernels { get; } =
        KernelSets.Create(SimdSupport.IsSupported(SimdLevel.Vector256) ? SimdLevel.Vector256 : SimdSupport.Best);
}
