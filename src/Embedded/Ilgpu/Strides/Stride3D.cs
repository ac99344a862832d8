namespace ILGPU;

/// <summary>The strides of 3-D views.</summary>
public static partial class Stride3D
{
    /// <summary>How long the leading dimension of an allocation is, in elements.</summary>
    public delegate long GetLeadingDimensionSize(LongIndex3D extent);

    /// <summary>Makes a stride from an extent and the leading dimension of its allocation.</summary>
    public delegate TStride BuildStride<TStride>(LongIndex3D extent, int leadingDimension)
        where TStride : struct, IStride3D;

    /// <summary>Every index is the same element.</summary>
    public readonly struct Infinite : IStride3D
    {
        /// <inheritdoc/>
        public Index3D StrideExtent => Index3D.Zero;

        /// <inheritdoc/>
        public int XStride => 0;

        /// <inheritdoc/>
        public int YStride => 0;

        /// <inheritdoc/>
        public int ZStride => 0;

        /// <inheritdoc/>
        public int ComputeElementIndex(Index3D index) => 0;

        /// <inheritdoc/>
        public long ComputeElementIndex(LongIndex3D index) => 0L;

        /// <inheritdoc/>
        public int ComputeElementIndexChecked(Index3D index, Index3D extent)
        {
            BoundsGuard.Check(index, extent);
            return ComputeElementIndex(index);
        }

        /// <inheritdoc/>
        public long ComputeElementIndexChecked(LongIndex3D index, LongIndex3D extent)
        {
            BoundsGuard.Check(index, extent);
            return ComputeElementIndex(index);
        }

        /// <inheritdoc/>
        public Index3D ReconstructFromElementIndex(int elementIndex) => Index3D.Zero;

        /// <inheritdoc/>
        public LongIndex3D ReconstructFromElementIndex(long elementIndex) => LongIndex3D.Zero;

        /// <inheritdoc/>
        public int ComputeBufferLength(Index3D extent) => 1;

        /// <inheritdoc/>
        public long ComputeBufferLength(LongIndex3D extent) => 1L;

        /// <inheritdoc/>
        public General AsGeneral() => default;

        /// <inheritdoc/>
        public Stride1D.General To1DStride() => default;

        /// <inheritdoc/>
        public override string ToString() => "<inf>";
    }

    /// <summary>A stride with every component at run time.</summary>
    public readonly struct General : IStride3D
    {
        /// <summary>A stride from its components, each at least 0.</summary>
        public General(Index3D stride)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(stride.X, nameof(stride));
            ArgumentOutOfRangeException.ThrowIfNegative(stride.Y, nameof(stride));
            ArgumentOutOfRangeException.ThrowIfNegative(stride.Z, nameof(stride));
            StrideExtent = stride;
        }

        /// <inheritdoc/>
        public Index3D StrideExtent { get; }

        /// <inheritdoc/>
        public int XStride => StrideExtent.X;

        /// <inheritdoc/>
        public int YStride => StrideExtent.Y;

        /// <inheritdoc/>
        public int ZStride => StrideExtent.Z;

        /// <inheritdoc/>
        public int ComputeElementIndex(Index3D index) => (index.X * XStride) + (index.Y * YStride) + (index.Z * ZStride);

        /// <inheritdoc/>
        public long ComputeElementIndex(LongIndex3D index) => (index.X * XStride) + (index.Y * YStride) + (index.Z * ZStride);

        /// <inheritdoc/>
        public int ComputeElementIndexChecked(Index3D index, Index3D extent)
        {
            BoundsGuard.Check(index, extent);
            return ComputeElementIndex(index);
        }

        /// <inheritdoc/>
        public long ComputeElementIndexChecked(LongIndex3D index, LongIndex3D extent)
        {
            BoundsGuard.Check(index, extent);
            return ComputeElementIndex(index);
        }

        /// <inheritdoc/>
        public Index3D ReconstructFromElementIndex(int elementIndex) => XStride > ZStride
            ? new DenseZY(XStride, YStride).ReconstructFromElementIndex(elementIndex)
            : new DenseXY(YStride, ZStride).ReconstructFromElementIndex(elementIndex);

        /// <inheritdoc/>
        public LongIndex3D ReconstructFromElementIndex(long elementIndex) => XStride > ZStride
            ? new DenseZY(XStride, YStride).ReconstructFromElementIndex(elementIndex)
            : new DenseXY(YStride, ZStride).ReconstructFromElementIndex(elementIndex);

        /// <inheritdoc/>
        public int ComputeBufferLength(Index3D extent) => extent.X == 0 || extent.Y == 0 || extent.Z == 0 ? 0 : ComputeElementIndex(extent - Index3D.One) + 1;

        /// <inheritdoc/>
        public long ComputeBufferLength(LongIndex3D extent) => extent.X == 0 || extent.Y == 0 || extent.Z == 0 ? 0L : ComputeElementIndex(extent - LongIndex3D.One) + 1L;

        /// <inheritdoc/>
        public General AsGeneral() => this;

        /// <inheritdoc/>
        public Stride1D.General To1DStride() => new(XStride);

        /// <inheritdoc/>
        public override string ToString() => StrideExtent.ToString();
    }

    /// <summary>The position of an element, in elements.</summary>
    public static int ComputeElementIndex<TStride>(this TStride stride, Index3D index)
        where TStride : struct, IStride3D =>
        (index.X * stride.XStride) + (index.Y * stride.YStride) + (index.Z * stride.ZStride);

    /// <summary>The position of an element, in elements.</summary>
    public static long ComputeElementIndex<TStride>(this TStride stride, LongIndex3D index)
        where TStride : struct, IStride3D =>
        (index.X * stride.XStride) + (index.Y * stride.YStride) + (index.Z * stride.ZStride);

    /// <summary>The position of an element whose index is checked against the extent.</summary>
    public static int ComputeElementIndexChecked<TStride>(this TStride stride, Index3D index, Index3D extent)
        where TStride : struct, IStride3D
    {
        BoundsGuard.Check(index, extent);
        return ComputeElementIndex(stride, index);
    }

    /// <summary>The position of an element whose index is checked against the extent.</summary>
    public static long ComputeElementIndexChecked<TStride>(this TStride stride, LongIndex3D index, LongIndex3D extent)
        where TStride : struct, IStride3D
    {
        BoundsGuard.Check(index, extent);
        return ComputeElementIndex(stride, index);
    }

    /// <summary>How many elements a buffer for this extent needs.</summary>
    public static int ComputeBufferLength<TStride>(this TStride stride, Index3D extent)
        where TStride : struct, IStride3D =>
        extent.X == 0 || extent.Y == 0 || extent.Z == 0 ? 0 : ComputeElementIndex(stride, extent - Index3D.One) + 1;

    /// <summary>How many elements a buffer for this extent needs.</summary>
    public static long ComputeBufferLength<TStride>(this TStride stride, LongIndex3D extent)
        where TStride : struct, IStride3D =>
        extent.X == 0 || extent.Y == 0 || extent.Z == 0 ? 0L : ComputeElementIndex(stride, extent - LongIndex3D.One) + 1L;
}
