using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Tests.Accelerators;

/// <summary>The processor with one level of vector instructions, as far as this machine has them.</summary>
public abstract class CpuConformance : AcceleratorConformance
{
    protected abstract SimdLevel Level { get; }

    protected virtual int Threads => 1;

    protected override IAccelerator Open(AcceleratorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new CpuAccelerator(SimdSupport.IsSupported(Level) ? Level : SimdSupport.Best, Threads, options.MemoryBudgetBytes ?? long.MaxValue);
    }
}
