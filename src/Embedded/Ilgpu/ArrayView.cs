using System.Runtime.CompilerServices;
using ILGPU.Runtime;

namespace ILGPU;

/// <summary>
/// A contiguous window over memory of an accelerator. An index outside it throws <see cref="IndexOutOfRangeException"/>, in kernels
/// and on the host.
/// </summary>
/// <typeparam name="T">The element.</typeparam>
public readonly unsafe struct ArrayView<T> : IArrayView<T, Index1D, LongIndex1D, Stride1D.Dense>, IContiguousArrayView<T>
    where T : unmanaged
{
    /// <summary>Bytes per element.</summary>
    public static readonly int ElementSize = sizeof(T);

    /// <summary>A view of nothing.</summary>
    public static readonly ArrayView<T> Empty;

    private readonly T* _first;
    private readonly long _length;
    private readonly Storage? _storage;

    /// <summary>A window over a buffer: where it begins, and how many elements it has.</summary>
    public ArrayView(MemoryBuffer source, long index, long length)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var storage = source.Storage;
        if (length > (storage.Length / sizeof(T)) - index)
        {
            throw new ArgumentOutOfRangeException(
                nameof(length), length, $"{length} elements of {sizeof(T)} bytes from {index} on do not lie in the buffer of {storage.Length} bytes.");
        }

        _first = (T*)storage.Pointer + index;
        _length = length;
        _storage = storage;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ArrayView(Storage? storage, T* first, long length)
    {
        _first = first;
        _length = length;
        _storage = storage;
    }

    /// <summary>Whether there is memory.</summary>
    public bool IsValid => _storage is not null && _length > 0;

    /// <summary>The number of elements.</summary>
    public LongIndex1D Extent => new(_length);

    /// <summary>Always dense.</summary>
    public Stride1D.Dense Stride => default;

    /// <summary>The number of elements, 32 bits.</summary>
    public Index1D IntExtent => new(IntLength);

    /// <summary>The number of elements.</summary>
    public long Length => _length;

    /// <summary>The number of elements, 32 bits.</summary>
    public int IntLength => checked((int)_length);

    /// <summary>Bytes.</summary>
    public long LengthInBytes => _length * sizeof(T);

    MemoryBuffer IArrayView.Buffer => Buffer!;

    int IArrayView.ElementSize => sizeof(T);

    long IContiguousArrayView.Index => _storage is null ? 0 : ((byte*)_first - _storage.Pointer) / sizeof(T);

    long IContiguousArrayView.IndexInBytes => _storage is null ? 0 : (byte*)_first - _storage.Pointer;

    internal MemoryBuffer? Buffer => _storage?.Buffer;

    internal T* Pointer => _first;

    /// <summary>An element.</summary>
    public ref T this[Index1D index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref this[(long)index.X];
    }

    /// <summary>An element.</summary>
    public ref T this[LongIndex1D index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref this[index.X];
    }

    /// <summary>An element.</summary>
    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref this[(long)index];
    }

    /// <summary>An element.</summary>
    public ref T this[long index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((ulong)index >= (ulong)_length)
            {
                BoundsGuard.Throw(index, _length);
            }

            return ref _first[index];
        }
    }

    /// <summary>The window from an element on.</summary>
    public ArrayView<T> SubView(long index) => SubView(index, _length - index);

    /// <summary>A window: where it begins, and how many elements it has.</summary>
    public ArrayView<T> SubView(int index, int subViewLength) => SubView((long)index, subViewLength);

    /// <summary>A window: where it begins, and how many elements it has.</summary>
    public ArrayView<T> SubView(long index, long subViewLength)
    {
        if ((ulong)index > (ulong)_length || (ulong)subViewLength > (ulong)(_length - index))
        {
            throw new ArgumentOutOfRangeException(
                nameof(subViewLength), subViewLength, $"{subViewLength} elements from {index} on do not lie in the view of {_length}.");
        }

        return new(_storage, _first + index, subViewLength);
    }

    /// <summary>The same memory as elements of another type; a rest that is no whole element is left out.</summary>
    public ArrayView<TOther> Cast<TOther>()
        where TOther : unmanaged =>
        new(_storage, (TOther*)_first, LengthInBytes / sizeof(TOther));

    /// <summary>The bytes of the window.</summary>
    public ArrayView<byte> AsRawArrayView() => Cast<byte>();

    /// <inheritdoc/>
    public override string ToString() => $"{((IContiguousArrayView)this).Index} [{_length}]";

    /// <summary>The view with its stride named.</summary>
    public static implicit operator ArrayView1D<T, Stride1D.Dense>(ArrayView<T> view) => new(view, view.Extent, default);

    /// <summary>The memory below.</summary>
    public static implicit operator ArrayView<T>(ArrayView1D<T, Stride1D.Dense> view) => view.BaseView.SubView(0L, view.Length);
}
