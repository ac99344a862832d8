using ILGPU.Runtime;

namespace ILGPU.Execution;

/// <summary>Copies between views with any stride and arrays of the host.</summary>
internal static unsafe class StridedCopy
{
    public static void ToArray<T, TStride>(in ArrayView1D<T, TStride> view, AcceleratorStream stream, T[] data)
        where T : unmanaged
        where TStride : struct, IStride1D
    {
        if (Prepare(view, stream, data, view.Extent.X, 1, 1))
        {
            fixed (T* host = data)
            {
                Run(view.BaseView, host, (view.Extent.X, view.Stride.XStride, 1), default, default, true);
            }
        }
    }

    public static void FromArray<T, TStride>(in ArrayView1D<T, TStride> view, AcceleratorStream stream, T[] data)
        where T : unmanaged
        where TStride : struct, IStride1D
    {
        if (Prepare(view, stream, data, view.Extent.X, 1, 1))
        {
            fixed (T* host = data)
            {
                Run(view.BaseView, host, (view.Extent.X, view.Stride.XStride, 1), default, default, false);
            }
        }
    }

    public static void ToArray<T, TStride>(in ArrayView2D<T, TStride> view, AcceleratorStream stream, T[,] data)
        where T : unmanaged
        where TStride : struct, IStride2D
    {
        if (Prepare(view, stream, data, view.Extent.X, view.Extent.Y, 1))
        {
            fixed (T* host = data)
            {
                Run(view.BaseView, host, (view.Extent.Y, view.Stride.YStride, 1), (view.Extent.X, view.Stride.XStride, data.GetLength(1)), default, true);
            }
        }
    }

    public static void FromArray<T, TStride>(in ArrayView2D<T, TStride> view, AcceleratorStream stream, T[,] data)
        where T : unmanaged
        where TStride : struct, IStride2D
    {
        if (Prepare(view, stream, data, view.Extent.X, view.Extent.Y, 1))
        {
            fixed (T* host = data)
            {
                Run(view.BaseView, host, (view.Extent.Y, view.Stride.YStride, 1), (view.Extent.X, view.Stride.XStride, data.GetLength(1)), default, false);
            }
        }
    }

    public static void ToArray<T, TStride>(in ArrayView3D<T, TStride> view, AcceleratorStream stream, T[,,] data)
        where T : unmanaged
        where TStride : struct, IStride3D
    {
        if (Prepare(view, stream, data, view.Extent.X, view.Extent.Y, view.Extent.Z))
        {
            fixed (T* host = data)
            {
                Run(
                    view.BaseView,
                    host,
                    (view.Extent.Z, view.Stride.ZStride, 1),
                    (view.Extent.Y, view.Stride.YStride, data.GetLength(2)),
                    (view.Extent.X, view.Stride.XStride, (long)data.GetLength(1) * data.GetLength(2)),
                    true);
            }
        }
    }

    public static void FromArray<T, TStride>(in ArrayView3D<T, TStride> view, AcceleratorStream stream, T[,,] data)
        where T : unmanaged
        where TStride : struct, IStride3D
    {
        if (Prepare(view, stream, data, view.Extent.X, view.Extent.Y, view.Extent.Z))
        {
            fixed (T* host = data)
            {
                Run(
                    view.BaseView,
                    host,
                    (view.Extent.Z, view.Stride.ZStride, 1),
                    (view.Extent.Y, view.Stride.YStride, data.GetLength(2)),
                    (view.Extent.X, view.Stride.XStride, (long)data.GetLength(1) * data.GetLength(2)),
                    false);
            }
        }
    }

    private static bool Prepare<TView>(TView view, AcceleratorStream stream, Array data, long x, long y, long z)
        where TView : IArrayView
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Length == 0 || view.HasNoData())
        {
            return false;
        }

        view.Require(stream);
        ReadOnlySpan<long> extent = [x, y, z];
        for (var dimension = 0; dimension < data.Rank; dimension++)
        {
            if (data.GetLength(dimension) < extent[dimension])
            {
                throw new ArgumentOutOfRangeException(
                    nameof(data),
                    data.GetLength(dimension),
                    $"Dimension {dimension} of the array has {data.GetLength(dimension)} elements, that of the view {extent[dimension]}. Make it as large.");
            }
        }

        return true;
    }

    // Inner, middle and outer dimension of the array: elements, and how far neighbours are apart in the view and in the array.
    private static void Run<T>(
        ArrayView<T> view, T* host, (long Count, long View, long Host) inner, (long Count, long View, long Host) middle, (long Count, long View, long Host) outer, bool toHost)
        where T : unmanaged
    {
        for (long o = 0; o < Math.Max(outer.Count, 1); o++)
        {
            for (long m = 0; m < Math.Max(middle.Count, 1); m++)
            {
                var row = host + (o * outer.Host) + (m * middle.Host);
                var first = (o * outer.View) + (m * middle.View);
                if (inner.View == 1)
                {
                    var line = view.SubView(first, inner.Count).Pointer;
                    Buffer.MemoryCopy(toHost ? line : row, toHost ? row : line, inner.Count * sizeof(T), inner.Count * sizeof(T));
                    continue;
                }

                for (long i = 0; i < inner.Count; i++)
                {
                    ref var element = ref view[first + (i * inner.View)];
                    if (toHost)
                    {
                        row[i] = element;
                    }
                    else
                    {
                        element = row[i];
                    }
                }
            }
        }
    }
}
