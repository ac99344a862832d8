using System.Runtime.CompilerServices;

namespace ILGPU.Runtime;

public abstract partial class Accelerator
{
    /// <summary>Memory for so many elements of so many bytes, zeroed here (with the official package it holds anything).</summary>
    public MemoryBuffer AllocateRaw(long length, int elementSize)
    {
        VerifyNotDisposed();
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(elementSize, 1);
        return AllocateRawInternal(length, elementSize);
    }

    /// <summary>Memory for an extent and a stride.</summary>
    public ArrayView<T> AllocateRaw<T, TExtent, TStrideIndex, TStride>(TExtent extent, TStride stride)
        where T : unmanaged
        where TExtent : struct, ILongIndex<TExtent, TStrideIndex>
        where TStrideIndex : struct, IIntIndex<TStrideIndex, TExtent>
        where TStride : struct, IStride<TStrideIndex, TExtent>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(extent.Size, nameof(extent));
        var length = stride.ComputeBufferLength(extent);
        return AllocateRaw(length, Unsafe.SizeOf<T>()).AsArrayView<T>(0, length);
    }

    /// <summary>So many elements.</summary>
    public MemoryBuffer1D<T, Stride1D.Dense> Allocate1D<T>(long length)
        where T : unmanaged =>
        Allocate1D<T, Stride1D.Dense>(length, default);

    /// <summary>So many elements, so far apart.</summary>
    public MemoryBuffer1D<T, TStride> Allocate1D<T, TStride>(long length, TStride stride)
        where T : unmanaged
        where TStride : struct, IStride1D =>
        new(this, new(AllocateRaw<T, LongIndex1D, Index1D, TStride>(length, stride), length, stride));

    /// <summary>A 2-D extent with any stride.</summary>
    public MemoryBuffer2D<T, TStride> Allocate2D<T, TStride>(
        in LongIndex2D extent, Stride2D.GetLeadingDimensionSize getLeadingDimensionSize, Stride2D.BuildStride<TStride> buildStride)
        where T : unmanaged
        where TStride : struct, IStride2D
    {
        ArgumentNullException.ThrowIfNull(getLeadingDimensionSize);
        ArgumentNullException.ThrowIfNull(buildStride);
        Require(extent.X >= 0 && extent.Y >= 0, extent);
        var stride = buildStride(extent, Leading(getLeadingDimensionSize(extent), extent));
        return new(this, new(AllocateRaw<T, LongIndex2D, Index2D, TStride>(extent, stride), extent, stride));
    }

    /// <summary>A 2-D extent; neighbours in X lie side by side.</summary>
    public MemoryBuffer2D<T, Stride2D.DenseX> Allocate2DDenseX<T>(in LongIndex2D extent)
        where T : unmanaged =>
        Allocate2D<T, Stride2D.DenseX>(extent, static size => Math.Max(size.X, 1), static (_, leading) => new(leading));

    /// <summary>A 2-D extent; neighbours in Y lie side by side.</summary>
    public MemoryBuffer2D<T, Stride2D.DenseY> Allocate2DDenseY<T>(in LongIndex2D extent)
        where T : unmanaged =>
        Allocate2D<T, Stride2D.DenseY>(extent, static size => Math.Max(size.Y, 1), static (_, leading) => new(leading));

    /// <summary>A 2-D extent; neighbours in X lie side by side, and every line begins at a multiple of so many bytes.</summary>
    public MemoryBuffer2D<T, Stride2D.DenseX> Allocate2DPitchedX<T>(in LongIndex2D extent, int xAlignmentInBytes)
        where T : unmanaged =>
        Allocate2D<T, Stride2D.DenseX>(
            extent, size => StrideExtensions.GetPitchedLeadingDimension<T>(Math.Max(size.X, 1), xAlignmentInBytes), static (_, leading) => new(leading));

    /// <summary>A 2-D extent; neighbours in Y lie side by side, and every line begins at a multiple of so many bytes.</summary>
    public MemoryBuffer2D<T, Stride2D.DenseY> Allocate2DPitchedY<T>(in LongIndex2D extent, int yAlignmentInBytes)
        where T : unmanaged =>
        Allocate2D<T, Stride2D.DenseY>(
            extent, size => StrideExtensions.GetPitchedLeadingDimension<T>(Math.Max(size.Y, 1), yAlignmentInBytes), static (_, leading) => new(leading));

    /// <summary>A 3-D extent with any stride.</summary>
    public MemoryBuffer3D<T, TStride> Allocate3D<T, TStride>(
        LongIndex3D extent, Stride3D.GetLeadingDimensionSize getLeadingDimensionSize, Stride3D.BuildStride<TStride> buildStride)
        where T : unmanaged
        where TStride : struct, IStride3D
    {
        ArgumentNullException.ThrowIfNull(getLeadingDimensionSize);
        ArgumentNullException.ThrowIfNull(buildStride);
        Require(extent.X >= 0 && extent.Y >= 0 && extent.Z >= 0, extent);
        var stride = buildStride(extent, Leading(getLeadingDimensionSize(extent), extent));
        return new(this, new(AllocateRaw<T, LongIndex3D, Index3D, TStride>(extent, stride), extent, stride));
    }

    /// <summary>A 3-D extent; neighbours in X lie side by side, then those in Y.</summary>
    public MemoryBuffer3D<T, Stride3D.DenseXY> Allocate3DDenseXY<T>(LongIndex3D extent)
        where T : unmanaged =>
        Allocate3D<T, Stride3D.DenseXY>(
            extent, static size => Math.Max(size.X * size.Y, 1), static (size, leading) => new(Line(size.X), Math.Max(leading, Line(size.X))));

    /// <summary>A 3-D extent; neighbours in Z lie side by side, then those in Y.</summary>
    public MemoryBuffer3D<T, Stride3D.DenseZY> Allocate3DDenseZY<T>(LongIndex3D extent)
        where T : unmanaged =>
        Allocate3D<T, Stride3D.DenseZY>(
            extent, static size => Math.Max(size.Y * size.Z, 1), static (size, leading) => new(Math.Max(leading, Line(size.Z)), Line(size.Z)));

    /// <summary>A 3-D extent; neighbours in X lie side by side, and every plane begins at a multiple of so many bytes.</summary>
    public MemoryBuffer3D<T, Stride3D.DenseXY> Allocate3DPitchedXY<T>(LongIndex3D extent, int xyAlignmentInBytes)
        where T : unmanaged =>
        Allocate3D<T, Stride3D.DenseXY>(
            extent,
            size => StrideExtensions.GetPitchedLeadingDimension<T>(Math.Max(size.X * size.Y, 1), xyAlignmentInBytes),
            static (size, leading) => new(Line(size.X), Math.Max(leading, Line(size.X))));

    /// <summary>A 3-D extent; neighbours in Z lie side by side, and every plane begins at a multiple of so many bytes.</summary>
    public MemoryBuffer3D<T, Stride3D.DenseZY> Allocate3DPitchedZY<T>(LongIndex3D extent, int yzAlignmentInBytes)
        where T : unmanaged =>
        Allocate3D<T, Stride3D.DenseZY>(
            extent,
            size => StrideExtensions.GetPitchedLeadingDimension<T>(Math.Max(size.Y * size.Z, 1), yzAlignmentInBytes),
            static (size, leading) => new(Math.Max(leading, Line(size.Z)), Line(size.Z)));

    private static int Line(long size) => Math.Max(checked((int)size), 1);

    private static int Leading(long size, object extent) => size is >= 0 and <= int.MaxValue
        ? (int)size
        : throw new ArgumentOutOfRangeException(
            nameof(extent), extent, $"The leading dimension of {extent} has {size} elements; at most {int.MaxValue} are allowed.");

    private static void Require(bool valid, object extent)
    {
        if (!valid)
        {
            throw new ArgumentOutOfRangeException(nameof(extent), extent, $"The extent is {extent}; no component may be negative.");
        }
    }
}
