using System.Runtime.CompilerServices;

namespace ILGPU.Runtime;

public static partial class ArrayViewExtensions
{
    /// <summary>Sets all bytes to 0.</summary>
    public static void MemSetToZero<TView>(this TView view)
        where TView : IContiguousArrayView =>
        view.MemSet(0);

    /// <summary>Sets all bytes to 0.</summary>
    public static void MemSetToZero<TView>(this TView view, AcceleratorStream stream)
        where TView : IContiguousArrayView =>
        view.MemSet(stream, 0);

    /// <summary>Sets all bytes.</summary>
    public static void MemSet<TView>(this TView view, byte value)
        where TView : IContiguousArrayView =>
        view.MemSet(view.GetDefaultStream(), value);

    /// <summary>Sets all bytes.</summary>
    public static void MemSet<TView>(this TView view, AcceleratorStream stream, byte value)
        where TView : IContiguousArrayView
    {
        view.Require(stream);
        if (view.HasData())
        {
            view.Buffer.MemSet(stream, value, view.IndexInBytes, view.LengthInBytes);
        }
    }

    /// <summary>Copies as many elements as the target has.</summary>
    public static void CopyTo<TView>(this TView source, in TView target)
        where TView : IContiguousArrayView =>
        source.CopyTo(source.GetDefaultStream(), target);

    /// <summary>Copies as many elements as the target has.</summary>
    public static void CopyTo<TView>(this TView source, AcceleratorStream stream, in TView target)
        where TView : IContiguousArrayView
    {
        source.Require(stream);
        target.Require(stream);
        RequireLength(target.LengthInBytes, source.LengthInBytes, nameof(target));
        source.Buffer.CopyTo(stream, source.IndexInBytes, target.AsRawArrayView());
    }

    /// <summary>Copies as many elements as the source has.</summary>
    public static void CopyFrom<TView>(this TView target, in TView source)
        where TView : IContiguousArrayView =>
        target.CopyFrom(target.GetDefaultStream(), source);

    /// <summary>Copies as many elements as the source has.</summary>
    public static void CopyFrom<TView>(this TView target, AcceleratorStream stream, in TView source)
        where TView : IContiguousArrayView
    {
        source.Require(stream);
        target.Require(stream);
        RequireLength(source.LengthInBytes, target.LengthInBytes, nameof(source));
        target.Buffer.CopyFrom(stream, source.AsRawArrayView(), target.IndexInBytes);
    }

    /// <summary>Copies so many elements to the host; on a CPU it is done when the call returns.</summary>
    public static void CopyToCPUUnsafeAsync<T, TView>(this TView source, ref T cpuData, long length)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        source.CopyToCPU(ref cpuData, length);

    /// <summary>Copies so many elements to the host; on a CPU it is done when the call returns.</summary>
    public static void CopyToCPUUnsafeAsync<T, TView>(this TView source, AcceleratorStream stream, ref T cpuData, long length)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        source.CopyToCPU(stream, ref cpuData, length);

    /// <summary>Copies so many elements from the host; on a CPU it is done when the call returns.</summary>
    public static void CopyFromCPUUnsafeAsync<T, TView>(this TView target, ref T cpuData, long length)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        target.CopyFromCPU(ref cpuData, length);

    /// <summary>Copies so many elements from the host; on a CPU it is done when the call returns.</summary>
    public static void CopyFromCPUUnsafeAsync<T, TView>(this TView target, AcceleratorStream stream, ref T cpuData, long length)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        target.CopyFromCPU(stream, ref cpuData, length);

    /// <summary>Copies so many elements to the host.</summary>
    public static void CopyToCPU<T, TView>(this TView source, ref T cpuData, long length)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        source.CopyToCPU(source.GetDefaultStream(), ref cpuData, length);

    /// <summary>Copies so many elements to the host.</summary>
    public static unsafe void CopyToCPU<T, TView>(this TView source, AcceleratorStream stream, ref T cpuData, long length)
        where TView : IContiguousArrayView<T>
        where T : unmanaged
    {
        var view = Window<T, TView>(source, stream, length);
        fixed (T* host = &cpuData)
        {
            Buffer.MemoryCopy(view.Pointer, host, view.LengthInBytes, view.LengthInBytes);
        }
    }

    /// <summary>Copies so many elements from the host.</summary>
    public static void CopyFromCPU<T, TView>(this TView target, ref T cpuData, long length)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        target.CopyFromCPU(target.GetDefaultStream(), ref cpuData, length);

    /// <summary>Copies so many elements from the host.</summary>
    public static unsafe void CopyFromCPU<T, TView>(this TView target, AcceleratorStream stream, ref T cpuData, long length)
        where TView : IContiguousArrayView<T>
        where T : unmanaged
    {
        var view = Window<T, TView>(target, stream, length);
        fixed (T* host = &cpuData)
        {
            Buffer.MemoryCopy(host, view.Pointer, view.LengthInBytes, view.LengthInBytes);
        }
    }

    /// <summary>Copies as many elements as the span has to the host.</summary>
    public static void CopyToCPU<T, TView>(this TView source, in Span<T> span)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        source.CopyToCPU(source.GetDefaultStream(), span);

    /// <summary>Copies as many elements as the span has to the host.</summary>
    public static unsafe void CopyToCPU<T, TView>(this TView source, AcceleratorStream stream, in Span<T> span)
        where TView : IContiguousArrayView<T>
        where T : unmanaged
    {
        var view = Window<T, TView>(source, stream, span.Length);
        new ReadOnlySpan<T>(view.Pointer, span.Length).CopyTo(span);
    }

    /// <summary>Copies as many elements as the span has from the host.</summary>
    public static void CopyFromCPU<T, TView>(this TView target, in ReadOnlySpan<T> span)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        target.CopyFromCPU(target.GetDefaultStream(), span);

    /// <summary>Copies as many elements as the span has from the host.</summary>
    public static unsafe void CopyFromCPU<T, TView>(this TView target, AcceleratorStream stream, in ReadOnlySpan<T> span)
        where TView : IContiguousArrayView<T>
        where T : unmanaged
    {
        var view = Window<T, TView>(target, stream, span.Length);
        span.CopyTo(new Span<T>(view.Pointer, span.Length));
    }

    /// <summary>Copies as many elements as the array has to the host.</summary>
    public static void CopyToCPU<T>(this ArrayView<T> view, T[] data)
        where T : unmanaged =>
        view.CopyToCPU(view.GetDefaultStream(), data);

    /// <summary>Copies as many elements as the array has to the host.</summary>
    public static void CopyToCPU<T>(this ArrayView<T> view, AcceleratorStream stream, T[] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        view.CopyToCPU(stream, data.AsSpan());
    }

    /// <summary>Copies as many elements as the array has from the host.</summary>
    public static void CopyFromCPU<T>(this ArrayView<T> view, T[] data)
        where T : unmanaged =>
        view.CopyFromCPU(view.GetDefaultStream(), data);

    /// <summary>Copies as many elements as the array has from the host.</summary>
    public static void CopyFromCPU<T>(this ArrayView<T> view, AcceleratorStream stream, T[] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        view.CopyFromCPU(stream, (ReadOnlySpan<T>)data);
    }

    /// <summary>Copies into pinned memory as many elements as it has.</summary>
    public static void CopyToPageLockedAsync<T, TView>(this TView source, PageLockScope<T> pageLockScope)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        source.CopyToPageLockedAsync(source.GetDefaultStream(), pageLockScope);

    /// <summary>Copies into pinned memory as many elements as it has.</summary>
    public static unsafe void CopyToPageLockedAsync<T, TView>(this TView source, AcceleratorStream stream, PageLockScope<T> pageLockScope)
        where TView : IContiguousArrayView<T>
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(pageLockScope);
        source.CopyToCPU(stream, ref Unsafe.AsRef<T>((void*)pageLockScope.AddrOfLockedObject), pageLockScope.Length);
    }

    /// <summary>Copies from pinned memory as many elements as it has.</summary>
    public static void CopyFromPageLockedAsync<T, TView>(this TView target, PageLockScope<T> pageLockScope)
        where TView : IContiguousArrayView<T>
        where T : unmanaged =>
        target.CopyFromPageLockedAsync(target.GetDefaultStream(), pageLockScope);

    /// <summary>Copies from pinned memory as many elements as it has.</summary>
    public static unsafe void CopyFromPageLockedAsync<T, TView>(this TView target, AcceleratorStream stream, PageLockScope<T> pageLockScope)
        where TView : IContiguousArrayView<T>
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(pageLockScope);
        target.CopyFromCPU(stream, ref Unsafe.AsRef<T>((void*)pageLockScope.AddrOfLockedObject), pageLockScope.Length);
    }

    private static ArrayView<T> Window<T, TView>(TView view, AcceleratorStream stream, long length)
        where TView : IContiguousArrayView<T>
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length == 0)
        {
            return ArrayView<T>.Empty;
        }

        view.Require(stream);
        RequireLength(length, view.Length, nameof(length));
        return view.AsRawArrayView().Cast<T>().SubView(0L, length);
    }

    private static void RequireLength(long length, long available, string name)
    {
        if (length > available)
        {
            throw new ArgumentOutOfRangeException(
                name, length, $"{length} elements or bytes are to be copied, the view has {available}. Take a view as long as what is copied.");
        }
    }
}
