namespace ILGPU.Runtime;

public static partial class ArrayViewExtensions
{
    /// <summary>Copies the view into an array of its extent: <c>data[i] = view[i]</c> for every index.</summary>
    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Dense> view, T[] data)
        where T : unmanaged =>
        view.CopyToCPU(view.GetDefaultStream(), data);

    /// <summary>Copies the view into an array of its extent: <c>data[i] = view[i]</c> for every index.</summary>
    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream, T[] data)
        where T : unmanaged =>
        StridedCopy.ToArray(view, stream, data);

    /// <summary>Copies an array of the view's extent into it: <c>view[i] = data[i]</c> for every index.</summary>
    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.Dense> view, T[] data)
        where T : unmanaged =>
        view.CopyFromCPU(view.GetDefaultStream(), data);

    /// <summary>Copies an array of the view's extent into it: <c>view[i] = data[i]</c> for every index.</summary>
    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream, T[] data)
        where T : unmanaged =>
        StridedCopy.FromArray(view, stream, data);

    /// <summary>Copies the buffer into an array of its extent.</summary>
    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.Dense>> buffer, T[] data)
        where T : unmanaged =>
        buffer.View.CopyToCPU(data);

    /// <summary>Copies the buffer into an array of its extent.</summary>
    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.Dense>> buffer, AcceleratorStream stream, T[] data)
        where T : unmanaged =>
        buffer.View.CopyToCPU(stream, data);

    /// <summary>Copies an array of the buffer's extent into it.</summary>
    public static void CopyFromCPU<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.Dense>> buffer, T[] data)
        where T : unmanaged =>
        buffer.View.CopyFromCPU(data);

    /// <summary>Copies an array of the buffer's extent into it.</summary>
    public static void CopyFromCPU<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.Dense>> buffer, AcceleratorStream stream, T[] data)
        where T : unmanaged =>
        buffer.View.CopyFromCPU(stream, data);

    /// <summary>The elements as an array: <c>result[i] = view[i]</c> for every index.</summary>
    public static T[] GetAsArray1D<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged =>
        view.HasNoData() ? [] : view.GetAsArray1D(view.GetDefaultStream());

    /// <summary>The elements as an array: <c>result[i] = view[i]</c> for every index.</summary>
    public static T[] GetAsArray1D<T>(this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream)
        where T : unmanaged
    {
        if (view.HasNoData())
        {
            return [];
        }

        var result = new T[view.Extent.X];
        view.CopyToCPU(stream, result);
        return result;
    }

    /// <summary>The elements as an array.</summary>
    public static T[] GetAsArray1D<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.Dense>> buffer)
        where T : unmanaged =>
        buffer.View.GetAsArray1D();

    /// <summary>The elements as an array.</summary>
    public static T[] GetAsArray1D<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.Dense>> buffer, AcceleratorStream stream)
        where T : unmanaged =>
        buffer.View.GetAsArray1D(stream);

    /// <summary>A buffer with the elements of an array.</summary>
    public static MemoryBuffer1D<T, Stride1D.Dense> Allocate1D<T>(this Accelerator accelerator, T[] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        return accelerator.Allocate1D(accelerator.DefaultStream, data);
    }

    /// <summary>A buffer with the elements of an array.</summary>
    public static MemoryBuffer1D<T, Stride1D.Dense> Allocate1D<T>(this Accelerator accelerator, AcceleratorStream stream, T[] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentNullException.ThrowIfNull(data);
        var buffer = accelerator.Allocate1D<T>(data.Length);
        buffer.View.CopyFromCPU(stream, data);
        return buffer;
    }

    /// <summary>Copies the view into an array of its extent: <c>data[i] = view[i]</c> for every index.</summary>
    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.General> view, T[] data)
        where T : unmanaged =>
        view.CopyToCPU(view.GetDefaultStream(), data);

    /// <summary>Copies the view into an array of its extent: <c>data[i] = view[i]</c> for every index.</summary>
    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.General> view, AcceleratorStream stream, T[] data)
        where T : unmanaged =>
        StridedCopy.ToArray(view, stream, data);

    /// <summary>Copies an array of the view's extent into it: <c>view[i] = data[i]</c> for every index.</summary>
    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.General> view, T[] data)
        where T : unmanaged =>
        view.CopyFromCPU(view.GetDefaultStream(), data);

    /// <summary>Copies an array of the view's extent into it: <c>view[i] = data[i]</c> for every index.</summary>
    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.General> view, AcceleratorStream stream, T[] data)
        where T : unmanaged =>
        StridedCopy.FromArray(view, stream, data);

    /// <summary>Copies the buffer into an array of its extent.</summary>
    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.General>> buffer, T[] data)
        where T : unmanaged =>
        buffer.View.CopyToCPU(data);

    /// <summary>Copies the buffer into an array of its extent.</summary>
    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.General>> buffer, AcceleratorStream stream, T[] data)
        where T : unmanaged =>
        buffer.View.CopyToCPU(stream, data);

    /// <summary>Copies an array of the buffer's extent into it.</summary>
    public static void CopyFromCPU<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.General>> buffer, T[] data)
        where T : unmanaged =>
        buffer.View.CopyFromCPU(data);

    /// <summary>Copies an array of the buffer's extent into it.</summary>
    public static void CopyFromCPU<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.General>> buffer, AcceleratorStream stream, T[] data)
        where T : unmanaged =>
        buffer.View.CopyFromCPU(stream, data);

    /// <summary>The elements as an array: <c>result[i] = view[i]</c> for every index.</summary>
    public static T[] GetAsArray1D<T>(this ArrayView1D<T, Stride1D.General> view)
        where T : unmanaged =>
        view.HasNoData() ? [] : view.GetAsArray1D(view.GetDefaultStream());

    /// <summary>The elements as an array: <c>result[i] = view[i]</c> for every index.</summary>
    public static T[] GetAsArray1D<T>(this ArrayView1D<T, Stride1D.General> view, AcceleratorStream stream)
        where T : unmanaged
    {
        if (view.HasNoData())
        {
            return [];
        }

        var result = new T[view.Extent.X];
        view.CopyToCPU(stream, result);
        return result;
    }

    /// <summary>The elements as an array.</summary>
    public static T[] GetAsArray1D<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.General>> buffer)
        where T : unmanaged =>
        buffer.View.GetAsArray1D();

    /// <summary>The elements as an array.</summary>
    public static T[] GetAsArray1D<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.General>> buffer, AcceleratorStream stream)
        where T : unmanaged =>
        buffer.View.GetAsArray1D(stream);
}
