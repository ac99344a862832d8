namespace ILGPU.Runtime;

public static partial class ArrayViewExtensions
{
    /// <summary>Copies the view into an array of its extent: <c>data[i] = view[i]</c> for every index.</summary>
    public static void CopyToCPU<T>(this ArrayView3D<T, Stride3D.DenseXY> view, T[,,] data)
        where T : unmanaged =>
        view.CopyToCPU(view.GetDefaultStream(), data);

    /// <summary>Copies the view into an array of its extent: <c>data[i] = view[i]</c> for every index.</summary>
    public static void CopyToCPU<T>(this ArrayView3D<T, Stride3D.DenseXY> view, AcceleratorStream stream, T[,,] data)
        where T : unmanaged =>
        StridedCopy.ToArray(view, stream, data);

    /// <summary>Copies an array of the view's extent into it: <c>view[i] = data[i]</c> for every index.</summary>
    public static void CopyFromCPU<T>(this ArrayView3D<T, Stride3D.DenseXY> view, T[,,] data)
        where T : unmanaged =>
        view.CopyFromCPU(view.GetDefaultStream(), data);

    /// <summary>Copies an array of the view's extent into it: <c>view[i] = data[i]</c> for every index.</summary>
    public static void CopyFromCPU<T>(this ArrayView3D<T, Stride3D.DenseXY> view, AcceleratorStream stream, T[,,] data)
        where T : unmanaged =>
        StridedCopy.FromArray(view, stream, data);

    /// <summary>Copies the buffer into an array of its extent.</summary>
    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView3D<T, Stride3D.DenseXY>> buffer, T[,,] data)
        where T : unmanaged =>
        buffer.View.CopyToCPU(data);

    /// <summary>Copies the buffer into an array of its extent.</summary>
    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView3D<T, Stride3D.DenseXY>> buffer, AcceleratorStream stream, T[,,] data)
        where T : unmanaged =>
        buffer.View.CopyToCPU(stream, data);

    /// <summary>Copies an array of the buffer's extent into it.</summary>
    public static void CopyFromCPU<T>(this MemoryBuffer<ArrayView3D<T, Stride3D.DenseXY>> buffer, T[,,] data)
        where T : unmanaged =>
        buffer.View.CopyFromCPU(data);

    /// <summary>Copies an array of the buffer's extent into it.</summary>
    public static void CopyFromCPU<T>(this MemoryBuffer<ArrayView3D<T, Stride3D.DenseXY>> buffer, AcceleratorStream stream, T[,,] data)
        where T : unmanaged =>
        buffer.View.CopyFromCPU(stream, data);

    /// <summary>The elements as an array: <c>result[i] = view[i]</c> for every index.</summary>
    public static T[,,] GetAsArray3D<T>(this ArrayView3D<T, Stride3D.DenseXY> view)
        where T : unmanaged =>
        view.HasNoData() ? new T[0, 0, 0] : view.GetAsArray3D(view.GetDefaultStream());

    /// <summary>The elements as an array: <c>result[i] = view[i]</c> for every index.</summary>
    public static T[,,] GetAsArray3D<T>(this ArrayView3D<T, Stride3D.DenseXY> view, AcceleratorStream stream)
        where T : unmanaged
    {
        if (view.HasNoData())
        {
            return new T[0, 0, 0];
        }

        var result = new T[view.Extent.X, view.Extent.Y, view.Extent.Z];
        view.CopyToCPU(stream, result);
        return result;
    }

    /// <summary>The elements as an array.</summary>
    public static T[,,] GetAsArray3D<T>(this MemoryBuffer<ArrayView3D<T, Stride3D.DenseXY>> buffer)
        where T : unmanaged =>
        buffer.View.GetAsArray3D();

    /// <summary>The elements as an array.</summary>
    public static T[,,] GetAsArray3D<T>(this MemoryBuffer<ArrayView3D<T, Stride3D.DenseXY>> buffer, AcceleratorStream stream)
        where T : unmanaged =>
        buffer.View.GetAsArray3D(stream);

    /// <summary>A buffer with the elements of an array: <c>view[i] = data[i]</c> for every index.</summary>
    public static MemoryBuffer3D<T, Stride3D.DenseXY> Allocate3DDenseXY<T>(this Accelerator accelerator, T[,,] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        return accelerator.Allocate3DDenseXY(accelerator.DefaultStream, data);
    }

    /// <summary>A buffer with the elements of an array: <c>view[i] = data[i]</c> for every index.</summary>
    public static MemoryBuffer3D<T, Stride3D.DenseXY> Allocate3DDenseXY<T>(this Accelerator accelerator, AcceleratorStream stream, T[,,] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentNullException.ThrowIfNull(data);
        var buffer = accelerator.Allocate3DDenseXY<T>(new LongIndex3D(data.GetLength(0), data.GetLength(1), data.GetLength(2)));
        buffer.View.CopyFromCPU(stream, data);
        return buffer;
    }

    /// <summary>Copies the view into an array of its extent: <c>data[i] = view[i]</c> for every index.</summary>
    public static void CopyToCPU<T>(this ArrayView3D<T, Stride3D.DenseZY> view, T[,,] data)
        where T : unmanaged =>
        view.CopyToCPU(view.GetDefaultStream(), data);

    /// <summary>Copies the view into an array of its extent: <c>data[i] = view[i]</c> for every index.</summary>
    public static void CopyToCPU<T>(this ArrayView3D<T, Stride3D.DenseZY> view, AcceleratorStream stream, T[,,] data)
        where T : unmanaged =>
        StridedCopy.ToArray(view, stream, data);

    /// <summary>Copies an array of the view's extent into it: <c>view[i] = data[i]</c> for every index.</summary>
    public static void CopyFromCPU<T>(this ArrayView3D<T, Stride3D.DenseZY> view, T[,,] data)
        where T : unmanaged =>
        view.CopyFromCPU(view.GetDefaultStream(), data);

    /// <summary>Copies an array of the view's extent into it: <c>view[i] = data[i]</c> for every index.</summary>
    public static void CopyFromCPU<T>(this ArrayView3D<T, Stride3D.DenseZY> view, AcceleratorStream stream, T[,,] data)
        where T : unmanaged =>
        StridedCopy.FromArray(view, stream, data);

    /// <summary>Copies the buffer into an array of its extent.</summary>
    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView3D<T, Stride3D.DenseZY>> buffer, T[,,] data)
        where T : unmanaged =>
        buffer.View.CopyToCPU(data);

    /// <summary>Copies the buffer into an array of its extent.</summary>
    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView3D<T, Stride3D.DenseZY>> buffer, AcceleratorStream stream, T[,,] data)
        where T : unmanaged =>
        buffer.View.CopyToCPU(stream, data);

    /// <summary>Copies an array of the buffer's extent into it.</summary>
    public static void CopyFromCPU<T>(this MemoryBuffer<ArrayView3D<T, Stride3D.DenseZY>> buffer, T[,,] data)
        where T : unmanaged =>
        buffer.View.CopyFromCPU(data);

    /// <summary>Copies an array of the buffer's extent into it.</summary>
    public static void CopyFromCPU<T>(this MemoryBuffer<ArrayView3D<T, Stride3D.DenseZY>> buffer, AcceleratorStream stream, T[,,] data)
        where T : unmanaged =>
        buffer.View.CopyFromCPU(stream, data);

    /// <summary>The elements as an array: <c>result[i] = view[i]</c> for every index.</summary>
    public static T[,,] GetAsArray3D<T>(this ArrayView3D<T, Stride3D.DenseZY> view)
        where T : unmanaged =>
        view.HasNoData() ? new T[0, 0, 0] : view.GetAsArray3D(view.GetDefaultStream());

    /// <summary>The elements as an array: <c>result[i] = view[i]</c> for every index.</summary>
    public static T[,,] GetAsArray3D<T>(this ArrayView3D<T, Stride3D.DenseZY> view, AcceleratorStream stream)
        where T : unmanaged
    {
        if (view.HasNoData())
        {
            return new T[0, 0, 0];
        }

        var result = new T[view.Extent.X, view.Extent.Y, view.Extent.Z];
        view.CopyToCPU(stream, result);
        return result;
    }

    /// <summary>The elements as an array.</summary>
    public static T[,,] GetAsArray3D<T>(this MemoryBuffer<ArrayView3D<T, Stride3D.DenseZY>> buffer)
        where T : unmanaged =>
        buffer.View.GetAsArray3D();

    /// <summary>The elements as an array.</summary>
    public static T[,,] GetAsArray3D<T>(this MemoryBuffer<ArrayView3D<T, Stride3D.DenseZY>> buffer, AcceleratorStream stream)
        where T : unmanaged =>
        buffer.View.GetAsArray3D(stream);

    /// <summary>A buffer with the elements of an array: <c>view[i] = data[i]</c> for every index.</summary>
    public static MemoryBuffer3D<T, Stride3D.DenseZY> Allocate3DDenseZY<T>(this Accelerator accelerator, T[,,] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        return accelerator.Allocate3DDenseZY(accelerator.DefaultStream, data);
    }

    /// <summary>A buffer with the elements of an array: <c>view[i] = data[i]</c> for every index.</summary>
    public static MemoryBuffer3D<T, Stride3D.DenseZY> Allocate3DDenseZY<T>(this Accelerator accelerator, AcceleratorStream stream, T[,,] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentNullException.ThrowIfNull(data);
        var buffer = accelerator.Allocate3DDenseZY<T>(new LongIndex3D(data.GetLength(0), data.GetLength(1), data.GetLength(2)));
        buffer.View.CopyFromCPU(stream, data);
        return buffer;
    }

    /// <summary>Copies the view into an array of its extent: <c>data[i] = view[i]</c> for every index.</summary>
    public static void CopyToCPU<T>(this ArrayView3D<T, Stride3D.General> view, T[,,] data)
        where T : unmanaged =>
        view.CopyToCPU(view.GetDefaultStream(), data);

    /// <summary>Copies the view into an array of its extent: <c>data[i] = view[i]</c> for every index.</summary>
    public static void CopyToCPU<T>(this ArrayView3D<T, Stride3D.General> view, AcceleratorStream stream, T[,,] data)
        where T : unmanaged =>
        StridedCopy.ToArray(view, stream, data);

    /// <summary>Copies an array of the view's extent into it: <c>view[i] = data[i]</c> for every index.</summary>
    public static void CopyFromCPU<T>(this ArrayView3D<T, Stride3D.General> view, T[,,] data)
        where T : unmanaged =>
        view.CopyFromCPU(view.GetDefaultStream(), data);

    /// <summary>Copies an array of the view's extent into it: <c>view[i] = data[i]</c> for every index.</summary>
    public static void CopyFromCPU<T>(this ArrayView3D<T, Stride3D.General> view, AcceleratorStream stream, T[,,] data)
        where T : unmanaged =>
        StridedCopy.FromArray(view, stream, data);

    /// <summary>Copies the buffer into an array of its extent.</summary>
    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView3D<T, Stride3D.General>> buffer, T[,,] data)
        where T : unmanaged =>
        buffer.View.CopyToCPU(data);

    /// <summary>Copies the buffer into an array of its extent.</summary>
    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView3D<T, Stride3D.General>> buffer, AcceleratorStream stream, T[,,] data)
        where T : unmanaged =>
        buffer.View.CopyToCPU(stream, data);

    /// <summary>Copies an array of the buffer's extent into it.</summary>
    public static void CopyFromCPU<T>(this MemoryBuffer<ArrayView3D<T, Stride3D.General>> buffer, T[,,] data)
        where T : unmanaged =>
        buffer.View.CopyFromCPU(data);

    /// <summary>Copies an array of the buffer's extent into it.</summary>
    public static void CopyFromCPU<T>(this MemoryBuffer<ArrayView3D<T, Stride3D.General>> buffer, AcceleratorStream stream, T[,,] data)
        where T : unmanaged =>
        buffer.View.CopyFromCPU(stream, data);

    /// <summary>The elements as an array: <c>result[i] = view[i]</c> for every index.</summary>
    public static T[,,] GetAsArray3D<T>(this ArrayView3D<T, Stride3D.General> view)
        where T : unmanaged =>
        view.HasNoData() ? new T[0, 0, 0] : view.GetAsArray3D(view.GetDefaultStream());

    /// <summary>The elements as an array: <c>result[i] = view[i]</c> for every index.</summary>
    public static T[,,] GetAsArray3D<T>(this ArrayView3D<T, Stride3D.General> view, AcceleratorStream stream)
        where T : unmanaged
    {
        if (view.HasNoData())
        {
            return new T[0, 0, 0];
        }

        var result = new T[view.Extent.X, view.Extent.Y, view.Extent.Z];
        view.CopyToCPU(stream, result);
        return result;
    }

    /// <summary>The elements as an array.</summary>
    public static T[,,] GetAsArray3D<T>(this MemoryBuffer<ArrayView3D<T, Stride3D.General>> buffer)
        where T : unmanaged =>
        buffer.View.GetAsArray3D();

    /// <summary>The elements as an array.</summary>
    public static T[,,] GetAsArray3D<T>(this MemoryBuffer<ArrayView3D<T, Stride3D.General>> buffer, AcceleratorStream stream)
        where T : unmanaged =>
        buffer.View.GetAsArray3D(stream);
}
