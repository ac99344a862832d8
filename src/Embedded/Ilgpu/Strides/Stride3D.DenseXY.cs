namespace ILGPU;

public static partial class Stride3D
{
    /// <summary>Neighbours in X lie side by side.</summary>
    public readonly struct DenseXY : IStride3D, ICastableStride<Index3D, LongIndex3D, DenseXY>
    {
        /// <summary>A stride from the elements between neighbours in Y and Z, each at least 1.</summary>
        public DenseXY(int yStride, int zStride)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(yStride, 1);
            ArgumentOutOfRangeException.ThrowIfLessThan(zStride, 1);
            YStride = yStride;
            ZStride = zStride;
        }

        /// <inheritdoc/>
        public int XStride => 1;

        /// <inheritdoc/>
        public int YStride { get; }

        /// <inheritdoc/>
        public int ZStride { get; }

        /// <inheritdoc/>
        public Index3D StrideExtent => new(XStride, YStride, ZStride);

        /// <summary>The stride of a buffer without gaps.</summary>
        public static DenseXY FromExtent(Index3D extent) => new(extent.X, checked(extent.X * extent.Y));

        /// <summary>The stride of a buffer without gaps.</summary>
        public static DenseXY FromExtent(LongIndex3D extent) => new(checked((int)extent.X), checked((int)(extent.X * extent.Y)));

        /// <summary>The position of an element in a buffer without gaps.</summary>
        public static int ComputeElementIndex(Index3D index, Index3D extent) => FromExtent(extent).ComputeElementIndex(index);

        /// <summary>The position of an element in a buffer without gaps.</summary>
        public static long ComputeElementIndex(LongIndex3D index, LongIndex3D extent) => FromExtent(extent).ComputeElementIndex(index);

        /// <summary>The index of an element of a buffer without gaps.</summary>
        public static Index3D ReconstructFromElementIndex(int elementIndex, Index3D extent) =>
            FromExtent(extent).ReconstructFromElementIndex(elementIndex);

        /// <summary>The index of an element of a buffer without gaps.</summary>
        public static LongIndex3D ReconstructFromElementIndex(long elementIndex, LongIndex3D extent) =>
            FromExtent(extent).ReconstructFromElementIndex(elementIndex);

        /// <inheritdoc/>
        public int ComputeElementIndex(Index3D index) => index.X + (index.Y * YStride) + (index.Z * ZStride);

        /// <inheritdoc/>
        public long ComputeElementIndex(LongIndex3D index) => index.X + (index.Y * YStride) + (index.Z * ZStride);

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
        public Index3D ReconstructFromElementIndex(int elementIndex) => new(elementIndex % ZStride % YStride, elementIndex % ZStride / YStride, elementIndex / ZStride);

        /// <inheritdoc/>
        public LongIndex3D ReconstructFromElementIndex(long elementIndex) => new(elementIndex % ZStride % YStride, elementIndex % ZStride / YStride, elementIndex / ZStride);

        /// <inheritdoc/>
        public int ComputeBufferLength(Index3D extent) => extent.X == 0 || extent.Y == 0 || extent.Z == 0 ? 0 : ComputeElementIndex(extent - Index3D.One) + 1;

        /// <inheritdoc/>
        public long ComputeBufferLength(LongIndex3D extent) => extent.X == 0 || extent.Y == 0 || extent.Z == 0 ? 0L : ComputeElementIndex(extent - LongIndex3D.One) + 1L;

        /// <inheritdoc/>
        public (LongIndex3D Extent, DenseXY Stride) Cast<TContext>(in TContext context, in LongIndex3D extent)
            where TContext : struct, IStrideCastContext =>
            (new LongIndex3D(context.ComputeNewExtent(extent.X), extent.Y, extent.Z), new DenseXY(context.ComputeNewExtent(YStride), context.ComputeNewExtent(ZStride)));

        /// <inheritdoc/>
        public General AsGeneral() => new(StrideExtent);

        /// <inheritdoc/>
        public Stride1D.General To1DStride() => new(XStride);

        /// <inheritdoc/>
        public override string ToString() => StrideExtent.ToString();
    }
}
