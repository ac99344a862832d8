using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Values;

/// <content>Creation and copies in host memory.</content>
public sealed partial class Tensor
{
    /// <summary>A tensor of values, in memory of its own.</summary>
    /// <param name="shape">Static shape with as many elements as there are values.</param>
    /// <param name="values">The elements, the last dimension fastest.</param>
    /// <exception cref="ShapeMismatchException">The numbers of elements differ.</exception>
    public static Tensor Of<T>(Shape shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Elements != values.Length)
        {
            throw new ShapeMismatchException($"{values.Length} values do not fill {shape}, which has {shape.Elements} elements.");
        }

        var tensor = Zeros(new TensorType(ElementTypes.Of<T>(), shape));
        values.CopyTo(tensor.AsSpan<T>());
        return tensor;
    }

    /// <summary>A tensor with one dimension, in memory of its own.</summary>
    public static Tensor Vector<T>(params ReadOnlySpan<T> values)
        where T : unmanaged => Of(new Shape(values.Length), values);

    /// <summary>A tensor without dimensions, in memory of its own.</summary>
    public static Tensor Scalar<T>(T value)
        where T : unmanaged => Of(Shape.Scalar, [value]);

    /// <summary>A tensor of zeros, in memory of its own.</summary>
    /// <param name="type">A static type.</param>
    public static Tensor Zeros(TensorType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var tensor = new Tensor(type, HostStorage.Create(type.Bytes));
        tensor.AsBytes().Clear();
        return tensor;
    }

    /// <summary>This tensor if it is contiguous (with a reference of its own), or a contiguous copy.</summary>
    /// <param name="allocator">Gives the memory of the copy; default: memory of its own.</param>
    public Tensor Contiguous(ITensorAllocator? allocator = null)
    {
        if (IsContiguous)
        {
            return Share();
        }

        var copy = new Tensor(Type, allocator?.Allocate(Type.Bytes) ?? HostStorage.Create(Type.Bytes));
        CopyTo(copy);
        return copy;
    }

    /// <summary>All elements of a host tensor as doubles, in order; for display and comparison, not for speed.</summary>
    public double[] ToDoubles() => HostElements.Reals(this);

    /// <summary>Copies the elements into a contiguous tensor of the same type; both in host memory.</summary>
    /// <exception cref="ShapeMismatchException">The types differ.</exception>
    public unsafe void CopyTo(Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.Type != Type)
        {
            throw new ShapeMismatchException($"CopyTo: {this} cannot be copied to {target}; the types must be equal.");
        }

        if (IsContiguous)
        {
            AsBytes().CopyTo(target.AsBytes());
            return;
        }

        var to = target.AsBytes();
        fixed (byte* start = to)
        {
            var write = start;
            CopyDimension(0, Address, ref write);
        }
    }

    private unsafe void CopyDimension(int axis, byte* from, ref byte* to)
    {
        int size = ElementType.Size();
        if (axis == Shape.Rank)
        {
            Buffer.MemoryCopy(from, to, size, size);
            to += size;
            return;
        }

        if (axis == Shape.Rank - 1 && _strides[axis] == 1)
        {
            long bytes = (long)Shape[axis] * size;
            Buffer.MemoryCopy(from, to, bytes, bytes);
            to += bytes;
            return;
        }

        for (var i = 0; i < Shape[axis]; i++)
        {
            CopyDimension(axis + 1, from + ((long)i * _strides[axis] * size), ref to);
        }
    }
}
