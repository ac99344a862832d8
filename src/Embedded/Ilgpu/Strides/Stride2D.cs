namespace ILGPU;

/// <summary>The strides of 2-D views.</summary>
public static partial class Stride2D
{
    /// <summary>How long the leading dimension of an allocation is, in elements.</summary>
    public delegate long GetLeadingDimensionSize(LongIndex2D extent);

    /// <summary>Makes a stride from an extent and the leading dimension of its allocation.</summary>
    public delegate TStride BuildStride<TStride>(LongIndex2D extent, int leadingDimension)
        where TStride : struct, IStride2D;

    /// <summary>Every index is the same element.</summary>
    public readonly struct Infinite : IStride2D
    {
        /// <inheritdoc/>
        public Index2D StrideExtent => Index2D.Zero;

        /// <inheritdoc/>
        public int XStride => 0;

        /// <inheritdoc/>
        public int YStride => 0;

        /// <inheritdoc/>
        public int ComputeElementIndex(Index2D index) => 0;

        /// <inheritdoc/>
        public long ComputeElementIndex(LongIndex2D index) => 0L;

        /// <inheritdoc/>
        public int ComputeElementIndexChecked(Index2D index, Index2D extent)
        {
            BoundsGuard.Check(index, extent);
            return ComputeElementIndex(index);
        }

        /// <inheritdoc/>
        public long ComputeElementIndexChecked(LongIndex2D index, LongIndex2D extent)
        {
            BoundsGuard.Check(index, extent);
            return ComputeElementIndex(index);
        }

        /// <inheritdoc/>
        public Index2D ReconstructFromElementIndex(int elementIndex) => Index2D.Zero;

        /// <inheritdoc/>
        public LongIndex2D ReconstructFromElementIndex(long elementIndex) => LongIndex2D.Zero;

        /// <inheritdoc/>
        public int ComputeBufferLength(Index2D extent) => 1;

        /// <inheritdoc/>
        public long ComputeBufferLength(LongIndex2D extent) => 1L;

        /// <inheritdoc/>
        public General AsGeneral() => default;

        /// <inheritdoc/>
        public Stride1D.General To1DStride() => default;

        /// <inheritdoc/>
        public override string ToString() => "<inf>";
    }

    /// <summary>A stride with every component at run time.</summary>
    public readonly struct General : IStride2D
    {
        /// <summary>A stride from its components, each at least 0.</summary>
        public General(Index2D stride)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(stride.X, nameof(stride));
            ArgumentOutOfRangeException.ThrowIfNegative(stride.Y, nameof(stride));
            StrideExtent = stride;
        }

        /// <inheritdoc/>
        public Index2D StrideExtent { get; }

        /// <inheritdoc/>
        public int XStride => StrideExtent.X;

        /// <inheritdoc/>
        public int YStride => StrideExtent.Y;

        /// <inheritdoc/>
        public int ComputeElementIndex(Index2D index) => (index.X * XStride) + (index.Y * YStride);

        /// <inheritdoc/>
        public long ComputeElementIndex(LongIndex2D index) => (index.X * XStride) + (index.Y * YStride);

        /// <inheritdoc/>
        public int ComputeElementIndexChecked(Index2D index, Index2D extent)
        {
            BoundsGuard.Check(index, extent);
            return ComputeElementIndex(index);
        }

        /// <inheritdoc/>
        public long ComputeElementIndexChecked(LongIndex2D index, LongIndex2D extent)
        {
            BoundsGuard.Check(index, extent);
            return ComputeElementIndex(index);
        }

        /// <inheritdoc/>
        public Index2D ReconstructFromElementIndex(int elementIndex) => XStride > YStride
            ? new DenseY(XStride).ReconstructFromElementIndex(elementIndex)
            : new DenseX(YStride).ReconstructFromElementIndex(elementIndex);

        /// <inheritdoc/>
        public LongIndex2D ReconstructFromElementIndex(long elementIndex) => XStride > YStride
            ? new DenseY(XStride).ReconstructFromElementIndex(elementIndex)
            : new DenseX(YStride).ReconstructFromElementIndex(elementIndex);

        /// <inheritdoc/>
        public int ComputeBufferLength(Index2D extent) => extent.X == 0 || extent.Y == 0 ? 0 : ComputeElementIndex(extent - Index2D.One) + 1;

        /// <inheritdoc/>
        public long ComputeBufferLength(LongIndex2D extent) => extent.X == 0 || extent.Y == 0 ? 0L : ComputeElementIndex(extent - LongIndex2D.One) + 1L;

        /// <inheritdoc/>
        public General AsGeneral() => this;

        /// <inheritdoc/>
        public Stride1D.General To1DStride() => new(XStride);

        /// <inheritdoc/>
        public override string ToString() => StrideExtent.ToString();
    }

    /// <summary>The position of an element, in elements.</summary>
    public static int ComputeElementIndex<TStride>(this TStride stride, Index2D index)
        where TStride : struct, IStride2D =>
        (index.X * stride.XStride) + (index.Y * stride.YStride);

    /// <summary>The position of an element, in elements.</summary>
    public static long ComputeElementIndex<TStride>(this TStride stride, LongIndex2D index)
        where TStride : struct, IStride2D =>
        (index.X * stride.XStride) + (index.Y * stride.YStride);

    /// <summary>The position of an element whose index is checked against the extent.</summary>
    public static int ComputeElementIndexChecked<TStride>(this TStride stride, Index2D index, Index2D extent)
        where TStride : struct, IStride2D
    {
        BoundsGuard.Check(index, extent);
        return ComputeElementIndex(stride, index);
    }

    /// <summary>The position of an element whose index is checked against the extent.</summary>
    public static long ComputeElementIndexChecked<TStride>(this TStride stride, LongIndex2D index, LongIndex2D extent)
        where TStride : struct, IStride2D
    {
        BoundsGuard.Check(index, extent);
        return ComputeElementIndex(stride, index);
    }

    /// <summary>How many elements a buffer for this extent needs.</summary>
    public static int ComputeBufferLength<TStride>(this TStride stride, Index2D extent)
        where TStride : struct, IStride2D =>
        extent.X == 0 || extent.Y == 0 ? 0 : ComputeElementIndex(stride, extent - Index2D.One) + 1;

    /// <summary>How many elements a buffer for this extent needs.</summary>
    public static long ComputeBufferLength<TStride>(this TStride stride, LongIndex2D extent)
        where TStride : struct, IStride2D =>
        extent.X == 0 || extent.Y == 0 ? 0L : ComputeElementIndex(stride, extent - LongIndex2D.One) + 1L;
}
