namespace ILGPU;

public static partial class Stride2D
{
    /// <summary>Neighbours in Y lie side by side.</summary>
    public readonly struct DenseY : IStride2D, ICastableStride<Index2D, LongIndex2D, DenseY>
    {
        /// <summary>A stride from the elements between neighbours in X, each at least 1.</summary>
        public DenseY(int xStride)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(xStride, 1);
            XStride = xStride;
        }

        /// <inheritdoc/>
        public int XStride { get; }

        /// <inheritdoc/>
        public int YStride => 1;

        /// <inheritdoc/>
        public Index2D StrideExtent => new(XStride, YStride);

        /// <summary>The stride of a buffer without gaps.</summary>
        public static DenseY FromExtent(Index2D extent) => new(extent.Y);

        /// <summary>The stride of a buffer without gaps.</summary>
        public static DenseY FromExtent(LongIndex2D extent) => new(checked((int)extent.Y));

        /// <summary>The position of an element in a buffer without gaps.</summary>
        public static int ComputeElementIndex(Index2D index, Index2D extent) => FromExtent(extent).ComputeElementIndex(index);

        /// <summary>The position of an element in a buffer without gaps.</summary>
        public static long ComputeElementIndex(LongIndex2D index, LongIndex2D extent) => FromExtent(extent).ComputeElementIndex(index);

        /// <summary>The index of an element of a buffer without gaps.</summary>
        public static Index2D ReconstructFromElementIndex(int elementIndex, Index2D extent) =>
            FromExtent(extent).ReconstructFromElementIndex(elementIndex);

        /// <summary>The index of an element of a buffer without gaps.</summary>
        public static LongIndex2D ReconstructFromElementIndex(long elementIndex, LongIndex2D extent) =>
            FromExtent(extent).ReconstructFromElementIndex(elementIndex);

        /// <inheritdoc/>
        public int ComputeElementIndex(Index2D index) => (index.X * XStride) + index.Y;

        /// <inheritdoc/>
        public long ComputeElementIndex(LongIndex2D index) => (index.X * XStride) + index.Y;

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
        public Index2D ReconstructFromElementIndex(int elementIndex) => new(elementIndex / XStride, elementIndex % XStride);

        /// <inheritdoc/>
        public LongIndex2D ReconstructFromElementIndex(long elementIndex) => new(elementIndex / XStride, elementIndex % XStride);

        /// <inheritdoc/>
        public int ComputeBufferLength(Index2D extent) => extent.X == 0 || extent.Y == 0 ? 0 : ComputeElementIndex(extent - Index2D.One) + 1;

        /// <inheritdoc/>
        public long ComputeBufferLength(LongIndex2D extent) => extent.X == 0 || extent.Y == 0 ? 0L : ComputeElementIndex(extent - LongIndex2D.One) + 1L;

        /// <inheritdoc/>
        public (LongIndex2D Extent, DenseY Stride) Cast<TContext>(in TContext context, in LongIndex2D extent)
            where TContext : struct, IStrideCastContext =>
            (new LongIndex2D(extent.X, context.ComputeNewExtent(extent.Y)), new DenseY(context.ComputeNewExtent(XStride)));

        /// <inheritdoc/>
        public General AsGeneral() => new(StrideExtent);

        /// <inheritdoc/>
        public Stride1D.General To1DStride() => new(XStride);

        /// <inheritdoc/>
        public override string ToString() => StrideExtent.ToString();
    }
}
