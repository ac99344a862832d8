namespace ILGPU.Runtime;

public static partial class ArrayViewExtensions
{
    /// <summary>Sets all bytes to 0.</summary>
    public static void MemSetToZero<T>(this ArrayView1D<T, Stride1D.Infinite> view)
        where T : unmanaged =>
        view.BaseView.MemSetToZero();

    /// <summary>Sets all bytes to 0.</summary>
    public static void MemSetToZero<T>(this ArrayView1D<T, Stride1D.Infinite> view, AcceleratorStream stream)
        where T : unmanaged =>
        view.BaseView.MemSetToZero(stream);

    /// <summary>Sets all bytes.</summary>
    public static void MemSet<T>(this ArrayView1D<T, Stride1D.Infinite> view, byte value)
        where T : unmanaged =>
        view.BaseView.MemSet(value);

    /// <summary>Sets all bytes.</summary>
    public static void MemSet<T>(this ArrayView1D<T, Stride1D.Infinite> view, AcceleratorStream stream, byte value)
        where T : unmanaged =>
        view.BaseView.MemSet(stream, value);

    /// <summary>Sets all bytes to 0.</summary>
    public static void MemSetToZero<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged =>
        view.BaseView.MemSetToZero();

    /// <summary>Sets all bytes to 0.</summary>
    public static void MemSetToZero<T>(this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream)
        where T : unmanaged =>
        view.BaseView.MemSetToZero(stream);

    /// <summary>Sets all bytes.</summary>
    public static void MemSet<T>(this ArrayView1D<T, Stride1D.Dense> view, byte value)
        where T : unmanaged =>
        view.BaseView.MemSet(value);

    /// <summary>Sets all bytes.</summary>
    public static void MemSet<T>(this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream, byte value)
        where T : unmanaged =>
        view.BaseView.MemSet(stream, value);
}
