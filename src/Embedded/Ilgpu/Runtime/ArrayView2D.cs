using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ILGPU.Runtime;

/// <summary>A 2-D window over memory of an accelerator. An index outside the extent throws <see cref="IndexOutOfRangeException"/>.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <typeparam name="TStride">How the elements lie in memory.</typeparam>
[StructLayout(LayoutKind.Sequential)]
public readonly struct ArrayView2D<T, TStride> : IArrayView<T, Index2D, LongIndex2D, TStride>
    where T : unmanaged
    where TStride : struct, IStride2D
{
    /// <summary>Bytes per element.</summary>
    public static readonly int ElementSize = Unsafe.SizeOf<T>();

    /// <summary>A view of nothing.</summary>
    public static readonly ArrayView2D<T, TStride> Empty = GetEmpty(default);

    private readonly LongIndex2D _extent;
    private readonly TStride _stride;
    private readonly ArrayView<T> _baseView;

    /// <summary>A view from contiguous memory, an extent, and how the elements lie in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ArrayView2D(ArrayView<T> baseView, LongIndex2D extent, TStride stride)
    {
        _baseView = baseView;
        _extent = extent;
        _stride = stride;
    }

    /// <summary>The memory below.</summary>
    public ArrayView<T> BaseView => _baseView;

    MemoryBuffer IArrayView.Buffer => _baseView.Buffer!;

    int IArrayView.ElementSize => ElementSize;

    /// <summary>The size in every dimension.</summary>
    public LongIndex2D Extent => _extent;

    /// <summary>The size in every dimension, 32 bits.</summary>
    public Index2D IntExtent => _extent.ToIntIndex();

    /// <summary>How the elements lie in memory.</summary>
    public TStride Stride => _stride;

    /// <summary>Whether there is memory.</summary>
    public bool IsValid => _baseView.IsValid;

    /// <summary>The elements that the view spans, gaps included.</summary>
    public long Length => Stride.ComputeBufferLength(_extent);

    /// <summary>The elements that the view spans, 32 bits.</summary>
    public int IntLength => checked((int)Length);

    /// <summary>The bytes that the view spans.</summary>
    public long LengthInBytes => Length * ElementSize;

    /// <summary>A view of nothing.</summary>
    public static ArrayView2D<T, TStride> GetEmpty(TStride stride) => new(ArrayView<T>.Empty, LongIndex2D.Zero, stride);

    /// <summary>An element.</summary>
    public ref T this[Index2D index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref At(index.X, index.Y);
    }

    /// <summary>An element.</summary>
    public ref T this[int x, int y]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref At(x, y);
    }

    /// <summary>An element.</summary>
    public ref T this[LongIndex2D index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref At(index.X, index.Y);
    }

    /// <summary>An element.</summary>
    public ref T this[long x, long y]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref At(x, y);
    }

    /// <summary>The position of an element in the memory below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ComputeLinearIndex(Index2D index) => Stride.ComputeElementIndexChecked(index, IntExtent);

    /// <summary>A window of this view.</summary>
    public ArrayView2D<T, TStride> SubView(Index2D index, Index2D extent)
    {
        BoundsGuard.CheckWindow(index, extent, _extent);
        return new(BaseView.SubView(Stride.ComputeElementIndex((LongIndex2D)index), Stride.ComputeBufferLength((LongIndex2D)extent)), extent, Stride);
    }

    /// <summary>A view of one element.</summary>
    public VariableView<T> VariableView(Index2D index) => new(BaseView.SubView(ComputeLinearIndex(index), 1));

    /// <summary>The position of an element in the memory below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ComputeLinearIndex(LongIndex2D index) => Stride.ComputeElementIndexChecked(index, _extent);

    /// <summary>A window of this view.</summary>
    public ArrayView2D<T, TStride> SubView(LongIndex2D index, LongIndex2D extent)
    {
        BoundsGuard.CheckWindow(index, extent, _extent);
        return new(BaseView.SubView(Stride.ComputeElementIndex((LongIndex2D)index), Stride.ComputeBufferLength((LongIndex2D)extent)), extent, Stride);
    }

    /// <summary>A view of one element.</summary>
    public VariableView<T> VariableView(LongIndex2D index) => new(BaseView.SubView(ComputeLinearIndex(index), 1));

    /// <summary>The memory below, gaps included.</summary>
    public ArrayView<T> AsContiguous() => _baseView;

    /// <summary>The same memory with another stride.</summary>
    public ArrayView2D<T, Stride2D.General> AsGeneral(Stride2D.General stride) => new(_baseView, _extent, stride);

    /// <summary>The same view with its stride at run time.</summary>
    public ArrayView2D<T, Stride2D.General> AsGeneral() => AsGeneral(Stride.AsGeneral());

    /// <inheritdoc/>
    public override string ToString() => _baseView.ToString();

    // The extent is checked and then, by the view below, the memory: a stride is free to point anywhere.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref T At(long x, long y)
    {
        if ((ulong)x >= (ulong)_extent.X || (ulong)y >= (ulong)_extent.Y)
        {
            BoundsGuard.Throw(new LongIndex2D(x, y), _extent);
        }

        return ref _baseView[(x * Stride.XStride) + (y * Stride.YStride)];
    }
}
