namespace ILGPU;

/// <summary>The indices that kernels can be launched with.</summary>
public enum IndexType
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><see cref="ILGPU.Index1D"/>.</summary>
    Index1D = 1,

    /// <summary><see cref="ILGPU.Index2D"/>.</summary>
    Index2D = 2,

    /// <summary><see cref="ILGPU.Index3D"/>.</summary>
    Index3D = 3,

    /// <summary><see cref="ILGPU.LongIndex1D"/>.</summary>
    LongIndex1D = 4,

    /// <summary><see cref="ILGPU.LongIndex2D"/>.</summary>
    LongIndex2D = 5,

    /// <summary><see cref="ILGPU.LongIndex3D"/>.</summary>
    LongIndex3D = 6,

    /// <summary><see cref="ILGPU.KernelConfig"/>.</summary>
    KernelConfig = 7,
}
