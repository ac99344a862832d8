namespace ILGPU.Runtime;

/// <summary>Makes of accelerators.</summary>
public enum AcceleratorType : int
{
    /// <summary>The CPU.</summary>
    CPU,

    /// <summary>A GPU of NVIDIA.</summary>
    Cuda,

    /// <summary>An OpenCL device.</summary>
    OpenCL,
}
