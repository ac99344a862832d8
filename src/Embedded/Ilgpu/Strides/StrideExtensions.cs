using System.Numerics;
using System.Runtime.CompilerServices;

namespace ILGPU;

/// <summary>Helpers around strides.</summary>
public static class StrideExtensions
{
    /// <summary>A leading dimension, in elements, rounded up to a number of bytes that is a power of two.</summary>
    public static long GetPitchedLeadingDimension<T>(long leadingDimension, int alignmentInBytes)
        where T : unmanaged
    {
        if (alignmentInBytes < 1 || !BitOperations.IsPow2(alignmentInBytes))
        {
            throw new ArgumentOutOfRangeException(
                nameof(alignmentInBytes), alignmentInBytes, $"The alignment is {alignmentInBytes} bytes; it must be a power of two from 1 on.");
        }

        var size = Unsafe.SizeOf<T>();
        if (alignmentInBytes % size != 0)
        {
            throw new ArgumentException(
                $"The alignment of {alignmentInBytes} bytes is no multiple of the {size} bytes of {typeof(T).Name}. Choose one that is.",
                nameof(alignmentInBytes));
        }

        return ((leadingDimension * size) + alignmentInBytes - 1) / alignmentInBytes * alignmentInBytes / size;
    }

    /// <summary>What a cast between element types does to sizes.</summary>
    public static ElementSizeCastContext CreateCastContext(int elementSize, int newElementSize) => new(elementSize, newElementSize);

    /// <summary>What a cast between element types does to sizes.</summary>
    public readonly struct ElementSizeCastContext : IStrideCastContext
    {
        /// <summary>A cast between elements of these sizes, in bytes.</summary>
        public ElementSizeCastContext(int elementSize, int newElementSize)
        {
            ElementSize = elementSize;
            NewElementSize = newElementSize;
        }

        /// <summary>Bytes per element before.</summary>
        public int ElementSize { get; }

        /// <summary>Bytes per element after.</summary>
        public int NewElementSize { get; }

        /// <inheritdoc/>
        public int ComputeNewExtent(int sourceExtent) => sourceExtent * ElementSize / NewElementSize;

        /// <inheritdoc/>
        public long ComputeNewExtent(long sourceExtent) => sourceExtent * ElementSize / NewElementSize;
    }
}
