namespace ILGPU.Runtime.CPU;

/// <summary>Shapes of GPUs that a CPU device can take.</summary>
public enum CPUDeviceKind
{
    /// <summary>4 warps of 4 threads.</summary>
    Default,

    /// <summary>32 warps of 32 threads.</summary>
    Nvidia,

    /// <summary>8 warps of 32 threads.</summary>
    AMD,

    /// <summary>4 warps of 64 threads.</summary>
    LegacyAMD,

    /// <summary>8 warps of 16 threads.</summary>
    Intel,
}
