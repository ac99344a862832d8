namespace ILGPU.Runtime;

/// <summary>Memory of an accelerator, seen in 1 dimension.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <typeparam name="TStride">How the elements lie in memory.</typeparam>
public class MemoryBuffer1D<T, TStride> : MemoryBuffer<ArrayView1D<T, TStride>>
    where T : unmanaged
    where TStride : struct, IStride1D
{
    /// <summary>A buffer around memory that it disposes with itself.</summary>
    protected internal MemoryBuffer1D(Accelerator accelerator, in ArrayView1D<T, TStride> view)
        : base(accelerator, view)
    {
    }

    /// <summary>The size in every dimension.</summary>
    public LongIndex1D Extent => View.Extent;

    /// <summary>The size in every dimension, 32 bits.</summary>
    public Index1D IntExtent => View.IntExtent;

    /// <summary>The memory below, gaps included.</summary>
    public ArrayView<T> AsContiguous() => View.AsContiguous();

    /// <summary>The memory below, gaps included.</summary>
    public static explicit operator ArrayView<T>(MemoryBuffer1D<T, TStride> buffer) => buffer.AsContiguous();
}
