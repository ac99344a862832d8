using OrleansCompute.Tensors.Accelerators;

namespace OrleansCompute.Tensors.Tests.Accelerators;

public sealed class ReferenceAcceleratorTests : AcceleratorConformance
{
    protected override IAccelerator Open(AcceleratorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ReferenceAccelerator(options.MemoryBudgetBytes ?? long.MaxValue);
    }
}
