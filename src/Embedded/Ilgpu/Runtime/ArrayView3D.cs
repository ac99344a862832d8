using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ILGPU.Runtime;

/// <summary>A 3-D window over memory of an accelerator. An index outside the extent throws <see cref="IndexOutOfRangeException"/>.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <typeparam name="TStride">How the elements lie in memory.</typeparam>
[StructLayout(LayoutKind.Sequential)]
public readonly struct ArrayView3D<T, TStride> : IArrayView<T, Index3D, LongIndex3D, TStride>
    where T : unmanaged
    where TStride : struct, IStride3D
{
    /// <summary>Bytes per element.</summary>
    public static readonly int ElementSize = Unsafe.SizeOf<T>();

    /// <summary>A view of nothing.</summary>
    public static readonly ArrayView3D<T, TStride> Empty = GetEmpty(default);

    private readonly LongIndex3D _extent;
    private readonly TStride _stride;
    private readonly ArrayView<T> _baseView;

    /// <summary>A view from contiguous memory, an extent, and how the elements lie in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ArrayView3D(ArrayView<T> baseView, LongIndex3D extent, TStride stride)
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
    public LongIndex3D Extent => _extent;

    /// <summary>The size in every dimension, 32 bits.</summary>
    public Index3D IntExtent => _extent.ToIntIndex();

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
    public static ArrayView3D<T, TStride> GetEmpty(TStride stride) => new(ArrayView<T>.Empty, LongIndex3D.Zero, stride);

    /// <summary>An element.</summary>
    public ref T this[Index3D index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref At(index.X, index.Y, index.Z);
    }

    /// <summary>An element.</summary>
    public ref T this[int x, int y, int z]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref At(x, y, z);
    }

    /// <summary>An element.</summary>
    public ref T this[LongIndex3D index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref At(index.X, index.Y, index.Z);
    }

    /// <summary>An element.</summary>
    public ref T this[long x, long y, long z]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref At(x, y, z);
    }

    /// <summary>The position of an element in the memory below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ComputeLinearIndex(Index3D index) => Stride.ComputeElementIndexChecked(index, IntExtent);

    /// <summary>A window of this view.</summary>
    public ArrayView3D<T, TStride> SubView(Index3D index, Index3D extent)
    {
        BoundsGuard.CheckWindow(index, extent, _extent);
        return new(BaseView.SubView(Stride.ComputeElementIndex((LongIndex3D)index), Stride.ComputeBufferLength((LongIndex3D)extent)), extent, Stride);
    }

    /// <summary>A view of one element.</summary>
    public VariableView<T> VariableView(Index3D index) => new(BaseView.SubView(ComputeLinearIndex(index), 1));

    /// <summary>The position of an element in the memory below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ComputeLinearIndex(LongIndex3D index) => Stride.ComputeElementIndexChecked(index, _extent);

    /// <summary>A window of this view.</summary>
    public ArrayView3D<T, TStride> SubView(LongIndex3D index, LongIndex3D extent)
    {
        BoundsGuard.CheckWindow(index, extent, _extent);
        return new(BaseView.SubView(Stride.ComputeElementIndex((LongIndex3D)index), Stride.ComputeBufferLength((LongIndex3D)extent)), extent, Stride);
    }

    /// <summary>A view of one element.</summary>
    public VariableView<T> VariableView(LongIndex3D index) => new(BaseView.SubView(ComputeLinearIndex(index), 1));

    /// <summary>The memory below, gaps included.</summary>
    public ArrayView<T> AsContiguous() => _baseView;

    /// <summary>The same memory with another stride.</summary>
    public ArrayView3D<T, Stride3D.General> AsGeneral(Stride3D.General stride) => new(_baseView, _extent, stride);

    /// <summary>The same view with its stride at run time.</summary>
    public ArrayView3D<T, Stride3D.General> AsGeneral() => AsGeneral(Stride.AsGeneral());

    /// <inheritdoc/>
    public override string ToString() => _baseView.ToString();

    // The extent is checked and then, by the view below, the memory: a stride is free to point anywhere.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref T At(long x, long y, long z)
    {
        if ((ulong)x >= (ulong)_extent.X || (ulong)y >= (ulong)_extent.Y || (ulong)z >= (ulong)_extent.Z)
        {
            BoundsGuard.Throw(new LongIndex3D(x, y, z), _extent);
        }

        return ref _baseView[(x * Stride.XStride) + (y * Stride.YStride) + (z * Stride.ZStride)];
    }
}
