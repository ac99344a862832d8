namespace ILGPU.Runtime;

public static partial class ArrayViewExtensions
{
    /// <summary>Copies the view into an array of its extent: <c>data[i] = view[i]</c> for every index.</summary>
    public static void CopyToCPU<T>(this ArrayView2D<T, Stride2D.DenseX> view, T[,] data)
        where T : unmanaged =>
        view.CopyToCPU(view.GetDefaultStream(), data);

    /// <summary>Copies the view into an array of its extent: <c>data[i] = view[i]</c> for every index.</summary>
    public static void CopyToCPU<T>(this ArrayView2D<T, Stride2D.DenseX> view, AcceleratorStream stream, T[,] data)
        where T : unmanaged =>
        StridedCopy.ToArray(view, stream, data);

    /// <summary>Copies an array of the view's extent into it: <c>view[i] = data[i]</c> for every index.</summary>
    public static void CopyFromCPU<T>(this ArrayView2D<T, Stride2D.DenseX> view, T[,] data)
        where T : unmanaged =>
        view.CopyFromCPU(view.GetDefaultStream(), data);

    /// <summary>Copies an array of the view's extent into it: <c>view[i] = data[i]</c> for every index.</summary>
    public static void CopyFromCPU<T>(this ArrayView2D<T, Stride2D.DenseX> view, AcceleratorStream stream, T[,] data)
        where T : unmanaged =>
        StridedCopy.FromArray(view, stream, data);

    /// <summary>Copies the buffer into an array of its extent.</summary>
    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView2D<T, Stride2D.DenseX>> buffer, T[,] data)
        where T : unmanaged =>
        buffer.View.CopyToCPU(data);

    /// <summary>Copies the buffer into an array of its extent.</summary>
    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView2D<T, Stride2D.DenseX>> buffer, AcceleratorStream stream, T[,] data)
        where T : unmanaged =>
        buffer.View.CopyToCPU(stream, data);

    /// <summary>Copies an array of the buffer's extent into it.</summary>
    public static void CopyFromCPU<T>(this MemoryBuffer<ArrayView2D<T, Stride2D.DenseX>> buffer, T[,] data)
        where T : unmanaged =>
        buffer.View.CopyFromCPU(data);

    /// <summary>Copies an array of the buffer's extent into it.</summary>
    public static void CopyFromCPU<T>(this MemoryBuffer<ArrayView2D<T, Stride2D.DenseX>> buffer, AcceleratorStream stream, T[,] data)
        where T : unmanaged =>
        buffer.View.CopyFromCPU(stream, data);

    /// <summary>The elements as an array: <c>result[i] = view[i]</c> for every index.</summary>
    public static T[,] GetAsArray2D<T>(this ArrayView2D<T, Stride2D.DenseX> view)
        where T : unmanaged =>
        view.HasNoData() ? new T[0, 0] : view.GetAsArray2D(view.GetDefaultStream());

    /// <summary>The elements as an array: <c>result[i] = view[i]</c> for every index.</summary>
    public static T[,] GetAsArray2D<T>(this ArrayView2D<T, Stride2D.DenseX> view, AcceleratorStream stream)
        where T : unmanaged
    {
        if (view.HasNoData())
        {
            return new T[0, 0];
        }

        var result = new T[view.Extent.X, view.Extent.Y];
        view.CopyToCPU(stream, result);
        return result;
    }

    /// <summary>The elements as an array.</summary>
    public static T[,] GetAsArray2D<T>(this MemoryBuffer<ArrayView2D<T, Stride2D.DenseX>> buffer)
        where T : unmanaged =>
        buffer.View.GetAsArray2D();

    /// <summary>The elements as an array.</summary>
    public static T[,] GetAsArray2D<T>(this MemoryBuffer<ArrayView2D<T, Stride2D.DenseX>> buffer, AcceleratorStream stream)
        where T : unmanaged =>
        buffer.View.GetAsArray2D(stream);

    /// <summary>A buffer with the elements of an array: <c>view[i] = data[i]</c> for every index.</summary>
    public static MemoryBuffer2D<T, Stride2D.DenseX> Allocate2DDenseX<T>(this Accelerator accelerator, T[,] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        return accelerator.Allocate2DDenseX(accelerator.DefaultStream, data);
    }

    /// <summary>A buffer with the elements of an array: <c>view[i] = data[i]</c> for every index.</summary>
    public static MemoryBuffer2D<T, Stride2D.DenseX> Allocate2DDenseX<T>(this Accelerator accelerator, AcceleratorStream stream, T[,] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentNullException.ThrowIfNull(data);
        var buffer = accelerator.Allocate2DDenseX<T>(new LongIndex2D(data.GetLength(0), data.GetLength(1)));
        buffer.View.CopyFromCPU(stream, data);
        return buffer;
    }

    /// <summary>Copies the view into an array of its extent: <c>data[i] = view[i]</c> for every index.</summary>
    public static void CopyToCPU<T>(this ArrayView2D<T, Stride2D.DenseY> view, T[,] data)
        where T : unmanaged =>
        view.CopyToCPU(view.GetDefaultStream(), data);

    /// <summary>Copies the view into an array of its extent: <c>data[i] = view[i]</c> for every index.</summary>
    public static void CopyToCPU<T>(this ArrayView2D<T, Stride2D.DenseY> view, AcceleratorStream stream, T[,] data)
        where T : unmanaged =>
        StridedCopy.ToArray(view, stream, data);

    /// <summary>Copies an array of the view's extent into it: <c>view[i] = data[i]</c> for every index.</summary>
    public static void CopyFromCPU<T>(this ArrayView2D<T, Stride2D.DenseY> view, T[,] data)
        where T : unmanaged =>
        view.CopyFromCPU(view.GetDefaultStream(), data);

    /// <summary>Copies an array of the view's extent into it: <c>view[i] = data[i]</c> for every index.</summary>
    public static void CopyFromCPU<T>(this ArrayView2D<T, Stride2D.DenseY> view, AcceleratorStream stream, T[,] data)
        where T : unmanaged =>
        StridedCopy.FromArray(view, stream, data);

    /// <summary>Copies the buffer into an array of its extent.</summary>
    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView2D<T, Stride2D.DenseY>> buffer, T[,] data)
        where T : unmanaged =>
        buffer.View.CopyToCPU(data);

    /// <summary>Copies the buffer into an array of its extent.</summary>
    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView2D<T, Stride2D.DenseY>> buffer, AcceleratorStream stream, T[,] data)
        where T : unmanaged =>
        buffer.View.CopyToCPU(stream, data);

    /// <summary>Copies an array of the buffer's extent into it.</summary>
    public static void CopyFromCPU<T>(this MemoryBuffer<ArrayView2D<T, Stride2D.DenseY>> buffer, T[,] data)
        where T : unmanaged =>
        buffer.View.CopyFromCPU(data);

    /// <summary>Copies an array of the buffer's extent into it.</summary>
    public static void CopyFromCPU<T>(this MemoryBuffer<ArrayView2D<T, Stride2D.DenseY>> buffer, AcceleratorStream stream, T[,] data)
        where T : unmanaged =>
        buffer.View.CopyFromCPU(stream, data);

    /// <summary>The elements as an array: <c>result[i] = view[i]</c> for every index.</summary>
    public static T[,] GetAsArray2D<T>(this ArrayView2D<T, Stride2D.DenseY> view)
        where T : unmanaged =>
        view.HasNoData() ? new T[0, 0] : view.GetAsArray2D(view.GetDefaultStream());

    /// <summary>The elements as an array: <c>result[i] = view[i]</c> for every index.</summary>
    public static T[,] GetAsArray2D<T>(this ArrayView2D<T, Stride2D.DenseY> view, AcceleratorStream stream)
        where T : unmanaged
    {
        if (view.HasNoData())
        {
            return new T[0, 0];
        }

        var result = new T[view.Extent.X, view.Extent.Y];
        view.CopyToCPU(stream, result);
        return result;
    }

    /// <summary>The elements as an array.</summary>
    public static T[,] GetAsArray2D<T>(this MemoryBuffer<ArrayView2D<T, Stride2D.DenseY>> buffer)
        where T : unmanaged =>
        buffer.View.GetAsArray2D();

    /// <summary>The elements as an array.</summary>
    public static T[,] GetAsArray2D<T>(this MemoryBuffer<ArrayView2D<T, Stride2D.DenseY>> buffer, AcceleratorStream stream)
        where T : unmanaged =>
        buffer.View.GetAsArray2D(stream);

    /// <summary>A buffer with the elements of an array: <c>view[i] = data[i]</c> for every index.</summary>
    public static MemoryBuffer2D<T, Stride2D.DenseY> Allocate2DDenseY<T>(this Accelerator accelerator, T[,] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        return accelerator.Allocate2DDenseY(accelerator.DefaultStream, data);
    }

    /// <summary>A buffer with the elements of an array: <c>view[i] = data[i]</c> for every index.</summary>
    public static MemoryBuffer2D<T, Stride2D.DenseY> Allocate2DDenseY<T>(this Accelerator accelerator, AcceleratorStream stream, T[,] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentNullException.ThrowIfNull(data);
        var buffer = accelerator.Allocate2DDenseY<T>(new LongIndex2D(data.GetLength(0), data.GetLength(1)));
        buffer.View.CopyFromCPU(stream, data);
        return buffer;
    }

    /// <summary>Copies the view into an array of its extent: <c>data[i] = view[i]</c> for every index.</summary>
    public static void CopyToCPU<T>(this ArrayView2D<T, Stride2D.General> view, T[,] data)
        where T : unmanaged =>
        view.CopyToCPU(view.GetDefaultStream(), data);

    /// <summary>Copies the view into an array of its extent: <c>data[i] = view[i]</c> for every index.</summary>
    public static void CopyToCPU<T>(this ArrayView2D<T, Stride2D.General> view, AcceleratorStream stream, T[,] data)
        where T : unmanaged =>
        StridedCopy.ToArray(view, stream, data);

    /// <summary>Copies an array of the view's extent into it: <c>view[i] = data[i]</c> for every index.</summary>
    public static void CopyFromCPU<T>(this ArrayView2D<T, Stride2D.General> view, T[,] data)
        where T : unmanaged =>
        view.CopyFromCPU(view.GetDefaultStream(), data);

    /// <summary>Copies an array of the view's extent into it: <c>view[i] = data[i]</c> for every index.</summary>
    public static void CopyFromCPU<T>(this ArrayView2D<T, Stride2D.General> view, AcceleratorStream stream, T[,] data)
        where T : unmanaged =>
        StridedCopy.FromArray(view, stream, data);

    /// <summary>Copies the buffer into an array of its extent.</summary>
    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView2D<T, Stride2D.General>> buffer, T[,] data)
        where T : unmanaged =>
        buffer.View.CopyToCPU(data);

    /// <summary>Copies the buffer into an array of its extent.</summary>
    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView2D<T, Stride2D.General>> buffer, AcceleratorStream stream, T[,] data)
        where T : unmanaged =>
        buffer.View.CopyToCPU(stream, data);

    /// <summary>Copies an array of the buffer's extent into it.</summary>
    public static void CopyFromCPU<T>(this MemoryBuffer<ArrayView2D<T, Stride2D.General>> buffer, T[,] data)
        where T : unmanaged =>
        buffer.View.CopyFromCPU(data);

    /// <summary>Copies an array of the buffer's extent into it.</summary>
    public static void CopyFromCPU<T>(this MemoryBuffer<ArrayView2D<T, Stride2D.General>> buffer, AcceleratorStream stream, T[,] data)
        where T : unmanaged =>
        buffer.View.CopyFromCPU(stream, data);

    /// <summary>The elements as an array: <c>result[i] = view[i]</c> for every index.</summary>
    public static T[,] GetAsArray2D<T>(this ArrayView2D<T, Stride2D.General> view)
        where T : unmanaged =>
        view.HasNoData() ? new T[0, 0] : view.GetAsArray2D(view.GetDefaultStream());

    /// <summary>The elements as an array: <c>result[i] = view[i]</c> for every index.</summary>
    public static T[,] GetAsArray2D<T>(this ArrayView2D<T, Stride2D.General> view, AcceleratorStream stream)
        where T : unmanaged
    {
        if (view.HasNoData())
        {
            return new T[0, 0];
        }

        var result = new T[view.Extent.X, view.Extent.Y];
        view.CopyToCPU(stream, result);
        return result;
    }

    /// <summary>The elements as an array.</summary>
    public static T[,] GetAsArray2D<T>(this MemoryBuffer<ArrayView2D<T, Stride2D.General>> buffer)
        where T : unmanaged =>
        buffer.View.GetAsArray2D();

    /// <summary>The elements as an array.</summary>
    public static T[,] GetAsArray2D<T>(this MemoryBuffer<ArrayView2D<T, Stride2D.General>> buffer, AcceleratorStream stream)
        where T : unmanaged =>
        buffer.View.GetAsArray2D(stream);
}
