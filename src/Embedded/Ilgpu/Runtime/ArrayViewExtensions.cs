using System.Runtime.CompilerServices;

namespace ILGPU.Runtime;

/// <summary>Copies, fills and looks at views. Copies are done when the call returns.</summary>
public static partial class ArrayViewExtensions
{
    /// <summary>Whether there is no element.</summary>
    public static bool HasNoData<TView>(this TView view)
        where TView : IArrayView =>
        !view.HasData();

    /// <summary>Whether there is an element.</summary>
    public static bool HasData<TView>(this TView view)
        where TView : IArrayView =>
        view.IsValid && view.Length > 0;

    /// <summary>The accelerator that the memory is of.</summary>
    public static Accelerator GetAccelerator<TView>(this TView view)
        where TView : IArrayView =>
        view.Buffer?.Accelerator
        ?? throw new InvalidOperationException("The view has no buffer: it is empty, or memory of a running kernel. Allocate a buffer for it.");

    /// <summary>The context of the accelerator.</summary>
    public static Context GetContext<TView>(this TView view)
        where TView : IArrayView =>
        view.GetAccelerator().Context;

    /// <summary>The make of the accelerator.</summary>
    public static AcceleratorType GetAcceleratorType<TView>(this TView view)
        where TView : IArrayView =>
        view.GetAccelerator().AcceleratorType;

    /// <summary>Where the view begins.</summary>
    public static unsafe ref byte LoadEffectiveAddress<T>(this ArrayView<T> view)
        where T : unmanaged =>
        ref *(byte*)view.Pointer;

    /// <summary>Where the view begins.</summary>
    public static unsafe IntPtr LoadEffectiveAddressAsPtr<T>(this ArrayView<T> view)
        where T : unmanaged =>
        (IntPtr)view.Pointer;

    /// <summary>The part before the first address that is a multiple of so many bytes, and the rest.</summary>
    public static (ArrayView<T> Prefix, ArrayView<T> Main) AlignTo<T>(this ArrayView<T> view, int alignmentInBytes)
        where T : unmanaged
    {
        var size = Unsafe.SizeOf<T>();
        if (alignmentInBytes < 1 || alignmentInBytes % size != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(alignmentInBytes), alignmentInBytes, $"The alignment is {alignmentInBytes} bytes; it must be a multiple of the element's {size}.");
        }

        var beyond = (long)view.LoadEffectiveAddressAsPtr() % alignmentInBytes;
        var skip = Math.Min(beyond == 0 ? 0 : (alignmentInBytes - beyond) / size, view.Length);
        return (view.SubView(0, skip), view.SubView(skip, view.Length - skip));
    }

    /// <summary>A view of one element.</summary>
    public static VariableView<T> VariableView<T>(this ArrayView<T> view, Index1D element)
        where T : unmanaged =>
        new(view.SubView(element.X, 1));

    /// <summary>A view of one element.</summary>
    public static VariableView<T> VariableView<T>(this ArrayView<T> view, LongIndex1D element)
        where T : unmanaged =>
        new(view.SubView(element.X, 1L));

    /// <summary>The view with its stride named.</summary>
    public static ArrayView1D<T, Stride1D.Dense> AsDense<T>(this ArrayView<T> view)
        where T : unmanaged =>
        view;

    /// <summary>The view with a stride.</summary>
    public static ArrayView1D<T, Stride1D.General> AsGeneral<T>(this ArrayView<T> view, Stride1D.General stride)
        where T : unmanaged =>
        view.AsDense().AsGeneral(stride);

    /// <summary>The view with its stride at run time.</summary>
    public static ArrayView1D<T, Stride1D.General> AsGeneral<T>(this ArrayView<T> view)
        where T : unmanaged =>
        view.AsDense().AsGeneral();

    /// <summary>The same memory with X and Y exchanged.</summary>
    public static ArrayView2D<T, Stride2D.DenseY> AsTransposed<T>(this ArrayView2D<T, Stride2D.DenseX> view)
        where T : unmanaged =>
        new(view.BaseView, new(view.Extent.Y, view.Extent.X), new(view.Stride.YStride));

    /// <summary>The same memory with X and Y exchanged.</summary>
    public static ArrayView2D<T, Stride2D.DenseX> AsTransposed<T>(this ArrayView2D<T, Stride2D.DenseY> view)
        where T : unmanaged =>
        new(view.BaseView, new(view.Extent.Y, view.Extent.X), new(view.Stride.XStride));

    /// <summary>The same memory with X and Y exchanged.</summary>
    public static ArrayView2D<T, Stride2D.General> AsTransposed<T>(this ArrayView2D<T, Stride2D.General> view)
        where T : unmanaged =>
        new(view.BaseView, new(view.Extent.Y, view.Extent.X), new((view.Stride.YStride, view.Stride.XStride)));

    internal static AcceleratorStream GetDefaultStream<TView>(this TView view)
        where TView : IArrayView =>
        view.GetAccelerator().DefaultStream;

    internal static void Require<TView>(this TView view, AcceleratorStream stream)
        where TView : IArrayView
    {
        ArgumentNullException.ThrowIfNull(stream);
        ObjectDisposedException.ThrowIf(stream.IsDisposed, stream);
        ObjectDisposedException.ThrowIf(view.Buffer is null || view.Buffer.IsDisposed, typeof(MemoryBuffer));
        view.Buffer.Accelerator.Verify();
    }
}
