namespace ILGPU.Runtime.CPU;

/// <summary>How the CPU runs kernels.</summary>
public enum CPUAcceleratorMode
{
    /// <summary>In parallel, unless a debugger is attached.</summary>
    Auto = 0,

    /// <summary>One group after the other, on the calling thread.</summary>
    Sequential = 1,

    /// <summary>In parallel.</summary>
    Parallel = 2,
}
