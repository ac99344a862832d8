using OrleansCompute.Tensors.Accelerators;

namespace OrleansCompute.Tensors.Tests.Accelerators;

public sealed class IlgpuAcceleratorTests : AcceleratorConformance
{
    protected override IAccelerator Open(AcceleratorOptions options)
    {
        var driver = new IlgpuDriver();
        return driver.Open(driver.Enumerate()[^1], options);
    }
}
