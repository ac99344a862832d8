namespace ILGPU.Runtime;

public static partial class ArrayViewExtensions
{
    /// <summary>Copies as many elements as the target has.</summary>
    public static void CopyTo<T>(this ArrayView1D<T, Stride1D.Infinite> source, ArrayView1D<T, Stride1D.Infinite> target)
        where T : unmanaged =>
        source.BaseView.CopyTo(target.BaseView);

    /// <summary>Copies as many elements as the target has.</summary>
    public static void CopyTo<T>(this ArrayView1D<T, Stride1D.Infinite> source, AcceleratorStream stream, in ArrayView1D<T, Stride1D.Infinite> target)
        where T : unmanaged =>
        source.BaseView.CopyTo(stream, target.BaseView);

    /// <summary>Copies as many elements as the source has.</summary>
    public static void CopyFrom<T>(this ArrayView1D<T, Stride1D.Infinite> target, in ArrayView1D<T, Stride1D.Infinite> source)
        where T : unmanaged =>
        target.BaseView.CopyFrom(source.BaseView);

    /// <summary>Copies as many elements as the source has.</summary>
    public static void CopyFrom<T>(this ArrayView1D<T, Stride1D.Infinite> target, AcceleratorStream stream, in ArrayView1D<T, Stride1D.Infinite> source)
        where T : unmanaged =>
        target.BaseView.CopyFrom(stream, source.BaseView);

    /// <summary>Copies as many elements as the target has.</summary>
    public static void CopyTo<T>(this ArrayView1D<T, Stride1D.Dense> source, ArrayView1D<T, Stride1D.Dense> target)
        where T : unmanaged =>
        source.BaseView.CopyTo(target.BaseView);

    /// <summary>Copies as many elements as the target has.</summary>
    public static void CopyTo<T>(this ArrayView1D<T, Stride1D.Dense> source, AcceleratorStream stream, in ArrayView1D<T, Stride1D.Dense> target)
        where T : unmanaged =>
        source.BaseView.CopyTo(stream, target.BaseView);

    /// <summary>Copies as many elements as the source has.</summary>
    public static void CopyFrom<T>(this ArrayView1D<T, Stride1D.Dense> target, in ArrayView1D<T, Stride1D.Dense> source)
        where T : unmanaged =>
        target.BaseView.CopyFrom(source.BaseView);

    /// <summary>Copies as many elements as the source has.</summary>
    public static void CopyFrom<T>(this ArrayView1D<T, Stride1D.Dense> target, AcceleratorStream stream, in ArrayView1D<T, Stride1D.Dense> source)
        where T : unmanaged =>
        target.BaseView.CopyFrom(stream, source.BaseView);
}
