namespace ILGPU;

public static partial class Stride3D
{
    /// <summary>Neighbours in Z lie side by side.</summary>
    public readonly struct DenseZY : IStride3D, ICastableStride<Index3D, LongIndex3D, DenseZY>
    {
        /// <summary>A stride from the elements between neighbours in X and Y, each at least 1.</summary>
        public DenseZY(int xStride, int yStride)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(xStride, 1);
            ArgumentOutOfRangeException.ThrowIfLessThan(yStride, 1);
            XStride = xStride;
            YStride = yStride;
        }

        /// <inheritdoc/>
        public int XStride { get; }

        /// <inheritdoc/>
        public int YStride { get; }

        /// <inheritdoc/>
        public int ZStride => 1;

        /// <inheritdoc/>
        public Index3D StrideExtent => new(XStride, YStride, ZStride);

        /// <summary>The stride of a buffer without gaps.</summary>
        public static DenseZY FromExtent(Index3D extent) => new(checked(extent.Z * extent.Y), extent.Z);

        /// <summary>The stride of a buffer without gaps.</summary>
        public static DenseZY FromExtent(LongIndex3D extent) => new(checked((int)(extent.Z * extent.Y)), checked((int)extent.Z));

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
        public int ComputeElementIndex(Index3D index) => (index.X * XStride) + (index.Y * YStride) + index.Z;

        /// <inheritdoc/>
        public long ComputeElementIndex(LongIndex3D index) => (index.X * XStride) + (index.Y * YStride) + index.Z;

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
        public Index3D ReconstructFromElementIndex(int elementIndex) => new(elementIndex / XStride, elementIndex % XStride / YStride, elementIndex % XStride % YStride);

        /// <inheritdoc/>
        public LongIndex3D ReconstructFromElementIndex(long elementIndex) => new(elementIndex / XStride, elementIndex % XStride / YStride, elementIndex % XStride % YStride);

        /// <inheritdoc/>
        public int ComputeBufferLength(Index3D extent) => extent.X == 0 || extent.Y == 0 || extent.Z == 0 ? 0 : ComputeElementIndex(extent - Index3D.One) + 1;

        /// <inheritdoc/>
        public long ComputeBufferLength(LongIndex3D extent) => extent.X == 0 || extent.Y == 0 || extent.Z == 0 ? 0L : ComputeElementIndex(extent - LongIndex3D.One) + 1L;

        /// <inheritdoc/>
        public (LongIndex3D Extent, DenseZY Stride) Cast<TContext>(in TContext context, in LongIndex3D extent)
            where TContext : struct, IStrideCastContext =>
            (new LongIndex3D(extent.X, extent.Y, context.ComputeNewExtent(extent.Z)), new DenseZY(context.ComputeNewExtent(XStride), context.ComputeNewExtent(YStride)));

        /// <inheritdoc/>
        public General AsGeneral() => new(StrideExtent);

        /// <inheritdoc/>
        public Stride1D.General To1DStride() => new(XStride);

        /// <inheritdoc/>
        public override string ToString() => StrideExtent.ToString();
    }
}
