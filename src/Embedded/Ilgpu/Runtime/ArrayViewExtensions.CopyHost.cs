namespace ILGPU.Runtime;

public static partial class ArrayViewExtensions
{
    /// <summary>Copies so many elements to the host.</summary>
    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Infinite> source, ref T cpuData, long length)
        where T : unmanaged =>
        source.BaseView.CopyToCPU(ref cpuData, length);

    /// <summary>Copies so many elements to the host.</summary>
    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Infinite> source, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged =>
        source.BaseView.CopyToCPU(stream, ref cpuData, length);

    /// <summary>Copies so many elements from the host.</summary>
    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.Infinite> target, ref T cpuData, long length)
        where T : unmanaged =>
        target.BaseView.CopyFromCPU(ref cpuData, length);

    /// <summary>Copies so many elements from the host.</summary>
    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.Infinite> target, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged =>
        target.BaseView.CopyFromCPU(stream, ref cpuData, length);

    /// <summary>Copies as many elements as the span has to the host.</summary>
    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Infinite> source, AcceleratorStream stream, in Span<T> span)
        where T : unmanaged =>
        source.BaseView.CopyToCPU(stream, span);

    /// <summary>Copies as many elements as the span has from the host.</summary>
    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.Infinite> target, AcceleratorStream stream, in ReadOnlySpan<T> span)
        where T : unmanaged =>
        target.BaseView.CopyFromCPU(stream, span);

    /// <summary>Copies so many elements to the host.</summary>
    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Dense> source, ref T cpuData, long length)
        where T : unmanaged =>
        source.BaseView.CopyToCPU(ref cpuData, length);

    /// <summary>Copies so many elements to the host.</summary>
    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Dense> source, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged =>
        source.BaseView.CopyToCPU(stream, ref cpuData, length);

    /// <summary>Copies so many elements from the host.</summary>
    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.Dense> target, ref T cpuData, long length)
        where T : unmanaged =>
        target.BaseView.CopyFromCPU(ref cpuData, length);

    /// <summary>Copies so many elements from the host.</summary>
    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.Dense> target, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged =>
        target.BaseView.CopyFromCPU(stream, ref cpuData, length);

    /// <summary>Copies as many elements as the span has to the host.</summary>
    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Dense> source, AcceleratorStream stream, in Span<T> span)
        where T : unmanaged =>
        source.BaseView.CopyToCPU(stream, span);

    /// <summary>Copies as many elements as the span has from the host.</summary>
    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.Dense> target, AcceleratorStream stream, in ReadOnlySpan<T> span)
        where T : unmanaged =>
        target.BaseView.CopyFromCPU(stream, span);
}
