using ILGPU;
using ILGPU.Runtime.CPU;

namespace OrleansCompute.Embedded.Ilgpu.Conformance;

/// <summary>A context with one CPU accelerator.</summary>
public sealed class Rig : IDisposable
{
    /// <summary>8 warps of 8 threads: groups of up to 64.</summary>
    public Rig()
        : this(8, 8)
    {
    }

    public Rig(int warpSize, int warps)
    {
        Context = Context.Create(builder => builder.CPU(new CPUDevice(warpSize, warps, 1)));
        Accelerator = Context.CreateCPUAccelerator(0);
    }

    public Context Context { get; }

    public CPUAccelerator Accelerator { get; }

    public void Dispose()
    {
        Accelerator.Dispose();
        Context.Dispose();
    }
}
