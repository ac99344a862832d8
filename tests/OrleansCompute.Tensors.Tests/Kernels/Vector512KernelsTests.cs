using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Tests.Kernels;

/// <summary>On a processor without these instructions the best supported level is tested instead.</summary>
public sealed class Vector512KernelsTests : KernelConformance
{
    protected override IKernelSet Kernels { get; } =
        KernelSets.Create(SimdSupport.IsSupported(SimdLevel.Vector512) ? SimdLevel.Vector512 : SimdSupport.Best);
}
