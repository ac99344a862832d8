namespace ILGPU.Runtime;

/// <summary>Memory of an accelerator, seen in 2 dimensions.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <typeparam name="TStride">How the elements lie in memory.</typeparam>
public class MemoryBuffer2D<T, TStride> : MemoryBuffer<ArrayView2D<T, TStride>>
    where T : unmanaged
    where TStride : struct, IStride2D
{
    /// <summary>A buffer around memory that it disposes with itself.</summary>
    protected internal MemoryBuffer2D(Accelerator accelerator, in ArrayView2D<T, TStride> view)
        : base(accelerator, view)
    {
    }

    /// <summary>The size in every dimension.</summary>
    public LongIndex2D Extent => View.Extent;

    /// <summary>The size in every dimension, 32 bits.</summary>
    public Index2D IntExtent => View.IntExtent;

    /// <summary>The memory below, gaps included.</summary>
    public ArrayView<T> AsContiguous() => View.AsContiguous();

    /// <summary>The memory below, gaps included.</summary>
    public static explicit operator ArrayView<T>(MemoryBuffer2D<T, TStride> buffer) => buffer.AsContiguous();
}
