using ILGPU.Runtime;

namespace ILGPU;

/// <summary>Memory of one thread. Has a meaning inside of kernels only.</summary>
public static class LocalMemory
{
    /// <summary>So many elements, zeroed here (with the official package they hold anything).</summary>
    public static ArrayView<T> Allocate<T>(int extent)
        where T : unmanaged =>
        KernelContext.Current.AllocateLocal<T>(extent);

    /// <summary>So many elements.</summary>
    public static ArrayView1D<T, Stride1D.Dense> Allocate1D<T>(Index1D extent)
        where T : unmanaged =>
        Allocate1D<T, Stride1D.Dense>(extent, default);

    /// <summary>An extent with a stride.</summary>
    public static ArrayView1D<T, TStride> Allocate1D<T, TStride>(Index1D extent, TStride stride)
        where T : unmanaged
        where TStride : struct, IStride1D =>
        new(Allocate<T>(stride.ComputeBufferLength(extent)), extent, stride);

    /// <summary>An extent with a stride.</summary>
    public static ArrayView2D<T, TStride> Allocate2D<T, TStride>(Index2D extent, TStride stride)
        where T : unmanaged
        where TStride : struct, IStride2D =>
        new(Allocate<T>(stride.ComputeBufferLength(extent)), extent, stride);

    /// <summary>An extent with a stride.</summary>
    public static ArrayView3D<T, TStride> Allocate3D<T, TStride>(Index3D extent, TStride stride)
        where T : unmanaged
        where TStride : struct, IStride3D =>
        new(Allocate<T>(stride.ComputeBufferLength(extent)), extent, stride);
}
