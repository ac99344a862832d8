namespace ILGPU;

/// <summary>The strides of 1-D views.</summary>
public static partial class Stride1D
{
    /// <summary>Every index is the same element.</summary>
    public readonly struct Infinite : IStride1D
    {
        /// <inheritdoc/>
        public Index1D StrideExtent => Index1D.Zero;

        /// <inheritdoc/>
        public int XStride => 0;

        /// <inheritdoc/>
        public int ComputeElementIndex(Index1D index) => 0;

        /// <inheritdoc/>
        public long ComputeElementIndex(LongIndex1D index) => 0L;

        /// <inheritdoc/>
        public int ComputeElementIndexChecked(Index1D index, Index1D extent)
        {
            BoundsGuard.Check(index, extent);
            return ComputeElementIndex(index);
        }

        /// <inheritdoc/>
        public long ComputeElementIndexChecked(LongIndex1D index, LongIndex1D extent)
        {
            BoundsGuard.Check(index, extent);
            return ComputeElementIndex(index);
        }

        /// <inheritdoc/>
        public Index1D ReconstructFromElementIndex(int elementIndex) => Index1D.Zero;

        /// <inheritdoc/>
        public LongIndex1D ReconstructFromElementIndex(long elementIndex) => LongIndex1D.Zero;

        /// <inheritdoc/>
        public int ComputeBufferLength(Index1D extent) => 1;

        /// <inheritdoc/>
        public long ComputeBufferLength(LongIndex1D extent) => 1L;

        /// <inheritdoc/>
        public General AsGeneral() => default;

        /// <inheritdoc/>
        public Stride1D.General To1DStride() => default;

        /// <inheritdoc/>
        public override string ToString() => "<inf>";
    }

    /// <summary>Elements lie side by side.</summary>
    public readonly struct Dense : IStride1D, ICastableStride<Index1D, LongIndex1D, Dense>
    {
        /// <inheritdoc/>
        public Index1D StrideExtent => Index1D.One;

        /// <inheritdoc/>
        public int XStride => 1;

        /// <inheritdoc/>
        public int ComputeElementIndex(Index1D index) => index.X;

        /// <inheritdoc/>
        public long ComputeElementIndex(LongIndex1D index) => index.X;

        /// <inheritdoc/>
        public int ComputeElementIndexChecked(Index1D index, Index1D extent)
        {
            BoundsGuard.Check(index, extent);
            return ComputeElementIndex(index);
        }

        /// <inheritdoc/>
        public long ComputeElementIndexChecked(LongIndex1D index, LongIndex1D extent)
        {
            BoundsGuard.Check(index, extent);
            return ComputeElementIndex(index);
        }

        /// <inheritdoc/>
        public Index1D ReconstructFromElementIndex(int elementIndex) => elementIndex;

        /// <inheritdoc/>
        public LongIndex1D ReconstructFromElementIndex(long elementIndex) => elementIndex;

        /// <inheritdoc/>
        public int ComputeBufferLength(Index1D extent) => extent.X == 0 ? 0 : ComputeElementIndex(extent - Index1D.One) + 1;

        /// <inheritdoc/>
        public long ComputeBufferLength(LongIndex1D extent) => extent.X == 0 ? 0L : ComputeElementIndex(extent - LongIndex1D.One) + 1L;

        /// <inheritdoc/>
        public (LongIndex1D Extent, Dense Stride) Cast<TContext>(in TContext context, in LongIndex1D extent)
            where TContext : struct, IStrideCastContext =>
            (context.ComputeNewExtent(extent.X), default);

        /// <inheritdoc/>
        public General AsGeneral() => new(1);

        /// <inheritdoc/>
        public General To1DStride() => new(1);

        /// <inheritdoc/>
        public override string ToString() => "<dense>";
    }

    /// <summary>A stride with every component at run time.</summary>
    public readonly struct General : IStride1D
    {
        /// <summary>A stride from its components, each at least 0.</summary>
        public General(Index1D stride)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(stride.X, nameof(stride));
            StrideExtent = stride;
        }

        /// <inheritdoc/>
        public Index1D StrideExtent { get; }

        /// <inheritdoc/>
        public int XStride => StrideExtent.X;

        /// <inheritdoc/>
        public int ComputeElementIndex(Index1D index) => (index.X * XStride);

        /// <inheritdoc/>
        public long ComputeElementIndex(LongIndex1D index) => (index.X * XStride);

        /// <inheritdoc/>
        public int ComputeElementIndexChecked(Index1D index, Index1D extent)
        {
            BoundsGuard.Check(index, extent);
            return ComputeElementIndex(index);
        }

        /// <inheritdoc/>
        public long ComputeElementIndexChecked(LongIndex1D index, LongIndex1D extent)
        {
            BoundsGuard.Check(index, extent);
            return ComputeElementIndex(index);
        }

        /// <inheritdoc/>
        public Index1D ReconstructFromElementIndex(int elementIndex) => new(elementIndex);

        /// <inheritdoc/>
        public LongIndex1D ReconstructFromElementIndex(long elementIndex) => new(elementIndex);

        /// <inheritdoc/>
        public int ComputeBufferLength(Index1D extent) => extent.X == 0 ? 0 : ComputeElementIndex(extent - Index1D.One) + 1;

        /// <inheritdoc/>
        public long ComputeBufferLength(LongIndex1D extent) => extent.X == 0 ? 0L : ComputeElementIndex(extent - LongIndex1D.One) + 1L;

        /// <inheritdoc/>
        public General AsGeneral() => this;

        /// <inheritdoc/>
        public Stride1D.General To1DStride() => new(XStride);

        /// <inheritdoc/>
        public override string ToString() => StrideExtent.ToString();
    }

    /// <summary>The position of an element, in elements.</summary>
    public static int ComputeElementIndex<TStride>(this TStride stride, Index1D index)
        where TStride : struct, IStride1D =>
        (index.X * stride.XStride);

    /// <summary>The position of an element, in elements.</summary>
    public static long ComputeElementIndex<TStride>(this TStride stride, LongIndex1D index)
        where TStride : struct, IStride1D =>
        (index.X * stride.XStride);

    /// <summary>The position of an element whose index is checked against the extent.</summary>
    public static int ComputeElementIndexChecked<TStride>(this TStride stride, Index1D index, Index1D extent)
        where TStride : struct, IStride1D
    {
        BoundsGuard.Check(index, extent);
        return ComputeElementIndex(stride, index);
    }

    /// <summary>The position of an element whose index is checked against the extent.</summary>
    public static long ComputeElementIndexChecked<TStride>(this TStride stride, LongIndex1D index, LongIndex1D extent)
        where TStride : struct, IStride1D
    {
        BoundsGuard.Check(index, extent);
        return ComputeElementIndex(stride, index);
    }

    /// <summary>How many elements a buffer for this extent needs.</summary>
    public static int ComputeBufferLength<TStride>(this TStride stride, Index1D extent)
        where TStride : struct, IStride1D =>
        extent.X == 0 ? 0 : ComputeElementIndex(stride, extent - Index1D.One) + 1;

    /// <summary>How many elements a buffer for this extent needs.</summary>
    public static long ComputeBufferLength<TStride>(this TStride stride, LongIndex1D extent)
        where TStride : struct, IStride1D =>
        extent.X == 0 ? 0L : ComputeElementIndex(stride, extent - LongIndex1D.One) + 1L;
}
