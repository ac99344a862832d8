using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Values;

/// <summary>
/// An n-dimensional array: a type and a place in a block of memory. Views (<see cref="Reshape"/>, <see cref="Permute"/>, …) share the
/// block and copy nothing. The type is immutable, the contents are not and are not synchronised. Disposing gives the memory back.
/// </summary>
public sealed partial class Tensor : IDisposable
{
    private readonly int[] _strides;
    private bool _disposed;

    /// <summary>A contiguous tensor at the start of a block, or within it.</summary>
    /// <param name="type">A static type.</param>
    /// <param name="storage">The block.</param>
    /// <param name="offset">First element, counted in elements of the type from the start of the block.</param>
    /// <exception cref="ArgumentException">The type is not static, or the block is too small.</exception>
    public Tensor(TensorType type, TensorStorage storage, long offset = 0)
        : this(type, storage, offset, null)
    {
    }

    private Tensor(TensorType type, TensorStorage storage, long offset, int[]? strides)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(storage);
        if (!type.IsStatic)
        {
            throw new ArgumentException($"A tensor's type must be static; it is {type}.", nameof(type));
        }

        IsContiguous = strides is null || IsDense(type.Shape, strides);
        _strides = strides ?? type.Shape.Strides();
        if (offset < 0 || (strides is null && (offset * type.ElementType.Size()) + type.Bytes > storage.Bytes))
        {
            throw new ArgumentException($"{type} at element {offset} needs {type.Bytes} bytes; the block has {storage.Bytes}.", nameof(storage));
        }

        Type = type;
        Storage = storage;
        Offset = offset;
        storage.AddReference();
    }

    /// <summary>Element type and shape, always static.</summary>
    public TensorType Type { get; }

    /// <summary>Type of the elements.</summary>
    public ElementType ElementType => Type.ElementType;

    /// <summary>Sizes.</summary>
    public Shape Shape => Type.Shape;

    /// <summary>The block, shared with views.</summary>
    public TensorStorage Storage { get; }

    /// <summary>First element, counted from the start of the block.</summary>
    public long Offset { get; }

    /// <summary>Distance between neighbours along each dimension, in elements; 0 where a value is repeated, negative where it runs backwards.</summary>
    public ReadOnlySpan<int> Strides => _strides;

    /// <summary>Whether the elements lie one after another, the last dimension fastest.</summary>
    public bool IsContiguous { get; }

    /// <summary>The elements of a contiguous tensor in host memory.</summary>
    /// <typeparam name="T">The .NET type of the elements.</typeparam>
    /// <exception cref="InvalidOperationException">The type is another, the tensor is not contiguous, or it is on a device.</exception>
    public unsafe Span<T> AsSpan<T>()
        where T : unmanaged
    {
        if (!IsContiguous || Storage is not HostStorage || ElementTypes.Of<T>() != ElementType)
        {
            throw NotReadable(typeof(T));
        }

        return new Span<T>((T*)Address, Shape.Elements);
    }

    /// <summary>The bytes of a contiguous tensor in host memory.</summary>
    /// <exception cref="InvalidOperationException">The tensor is not contiguous, or it is on a device.</exception>
    public unsafe Span<byte> AsBytes() => IsContiguous && Storage is HostStorage
        ? new Span<byte>(Address, checked((int)Type.Bytes))
        : throw NotReadable(typeof(byte));

    /// <summary>First element, in host memory.</summary>
    /// <exception cref="InvalidOperationException">The tensor is on a device, or disposed of.</exception>
    public unsafe byte* Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return Storage is HostStorage host
                ? host.Address + (Offset * ElementType.Size())
                : throw new InvalidOperationException($"{this} is in memory of {Storage.Place}; copy it to the host first.");
        }
    }

    /// <summary>Drops this tensor's share of its block.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Storage.Release();
        }
    }

    /// <summary>For example Float32 [2, 3].</summary>
    public override string ToString() => Type.ToString();

    private static bool IsDense(Shape shape, int[] strides)
    {
        for (int i = shape.Rank - 1, expected = 1; i >= 0; i--)
        {
            if (shape[i] != 1 && strides[i] != expected)
            {
                return shape.Elements == 0;
            }

            expected *= shape[i];
        }

        return true;
    }

    private InvalidOperationException NotReadable(Type type) => new(
        Storage is not HostStorage ? $"{this} is in memory of {Storage.Place}; copy it to the host first."
        : !IsContiguous ? $"{this} is a view with gaps; call Contiguous first."
        : $"{this} does not hold {type.Name} but {ElementType.ClrType().Name}.");
}
