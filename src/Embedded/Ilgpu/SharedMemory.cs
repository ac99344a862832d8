using ILGPU.Runtime;

namespace ILGPU;

/// <summary>Memory that the threads of a group share. Has a meaning inside of kernels only; what it holds at first is not defined.</summary>
public static class SharedMemory
{
    /// <summary>One element.</summary>
    public static ref T Allocate<T>()
        where T : unmanaged =>
        ref Allocate<T>(1)[0];

    /// <summary>So many elements; every thread of the group gets the same ones.</summary>
    public static ArrayView<T> Allocate<T>(int extent)
        where T : unmanaged =>
        throw new NotSupportedException(
            "SharedMemory.Allocate was reached through a call that the embedded ILGPU cannot follow (a delegate, a virtual call, or recursion). "
            + "Call it from the kernel or from a static method that the kernel calls, or build with -p:Packages=Official.");

    /// <summary>The memory that the launch asked for.</summary>
    public static ArrayView<T> GetDynamic<T>()
        where T : unmanaged =>
        KernelContext.Current.GetDynamic<T>();

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

    /// <summary>An extent; neighbours in X lie side by side.</summary>
    public static ArrayView2D<T, Stride2D.DenseX> Allocate2DDenseX<T>(in Index2D extent)
        where T : unmanaged =>
        Allocate2D<T, Stride2D.DenseX>(extent, new Stride2D.DenseX(extent.X));

    /// <summary>An extent; neighbours in Y lie side by side.</summary>
    public static ArrayView2D<T, Stride2D.DenseY> Allocate2DDenseY<T>(in Index2D extent)
        where T : unmanaged =>
        Allocate2D<T, Stride2D.DenseY>(extent, new Stride2D.DenseY(extent.Y));

    /// <summary>An extent with a stride.</summary>
    public static ArrayView3D<T, TStride> Allocate3D<T, TStride>(Index3D extent, TStride stride)
        where T : unmanaged
        where TStride : struct, IStride3D =>
        new(Allocate<T>(stride.ComputeBufferLength(extent)), extent, stride);

    /// <summary>An extent; neighbours in X lie side by side, then those in Y.</summary>
    public static ArrayView3D<T, Stride3D.DenseXY> Allocate3DDenseXY<T>(in Index3D extent)
        where T : unmanaged =>
        Allocate3D<T, Stride3D.DenseXY>(extent, new Stride3D.DenseXY(extent.X, extent.X * extent.Y));

    /// <summary>An extent; neighbours in Z lie side by side, then those in Y.</summary>
    public static ArrayView3D<T, Stride3D.DenseZY> Allocate3DDenseZY<T>(in Index3D extent)
        where T : unmanaged =>
        Allocate3D<T, Stride3D.DenseZY>(extent, new Stride3D.DenseZY(extent.Z * extent.Y, extent.Z));
}
