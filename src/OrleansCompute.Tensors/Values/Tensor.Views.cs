using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Values;

/// <content>Views: other shapes on the same memory.</content>
public sealed partial class Tensor
{
    /// <summary>Another shape with as many elements.</summary>
    /// <exception cref="ShapeMismatchException">The number of elements differs.</exception>
    /// <exception cref="InvalidOperationException">This is a view with gaps: make it contiguous first.</exception>
    public Tensor Reshape(Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Elements != Shape.Elements)
        {
            throw new ShapeMismatchException($"Reshape: {Shape} has {Shape.Elements} elements, {shape} has {shape.Elements}; they must be equal.");
        }

        return IsContiguous
            ? View(Type with { Shape = shape }, Offset, null)
            : throw new InvalidOperationException($"Reshape: {this} is a view with gaps; call Contiguous first.");
    }

    /// <summary>The dimensions in another order.</summary>
    /// <param name="order">For each new dimension the old one: a permutation of 0 to Rank - 1.</param>
    /// <exception cref="ShapeMismatchException">The order is not a permutation.</exception>
    public Tensor Permute(params ReadOnlySpan<int> order)
    {
        var sizes = new int[Shape.Rank];
        var strides = new int[Shape.Rank];
        var seen = 0;
        for (var i = 0; i < order.Length; i++)
        {
            if (order.Length != Shape.Rank || (uint)order[i] >= (uint)Shape.Rank || (seen & (1 << order[i])) != 0)
            {
                throw new ShapeMismatchException(
                    $"Permute: [{string.Join(", ", order.ToArray())}] is not a permutation of 0 to {Shape.Rank - 1}, the dimensions of {Shape}.");
            }

            seen |= 1 << order[i];
            sizes[i] = Shape[order[i]];
            strides[i] = _strides[order[i]];
        }

        return order.Length == Shape.Rank
            ? View(Type with { Shape = new Shape(sizes) }, Offset, strides)
            : throw new ShapeMismatchException($"Permute: the order has {order.Length} dimensions, {Shape} has {Shape.Rank}.");
    }

    /// <summary>Every step-th element of a dimension from a start, count of them.</summary>
    /// <param name="axis">0 to Rank - 1.</param>
    /// <param name="start">First element.</param>
    /// <param name="count">Elements, 0 or more.</param>
    /// <param name="step">Distance, not 0; negative runs backwards.</param>
    /// <exception cref="ShapeMismatchException">An element is outside the dimension.</exception>
    public Tensor Slice(int axis, int start, int count, int step = 1)
    {
        axis = Shape.Axis(axis, "Slice");
        var last = start + ((count - 1) * (long)step);
        if (count < 0 || step == 0 || (count > 0 && (start < 0 || start >= Shape[axis] || last < 0 || last >= Shape[axis])))
        {
            throw new ShapeMismatchException(
                $"Slice: {count} elements from {start} by {step} do not lie in dimension {axis} of {Shape}; allowed 0 to {Shape[axis] - 1}.");
        }

        var strides = (int[])_strides.Clone();
        strides[axis] *= step;
        return View(Type with { Shape = Shape.With(axis, count) }, Offset + (count > 0 ? (long)start * _strides[axis] : 0), strides);
    }

    /// <summary>The tensor repeated to a larger shape by the broadcasting rules.</summary>
    /// <exception cref="ShapeMismatchException">The shape cannot be reached by repetition.</exception>
    public Tensor Expand(Shape shape)
    {
        if (!Broadcasting.Common(Shape, shape, "Expand").Equals(shape))
        {
            throw new ShapeMismatchException($"Expand: {Shape} cannot be repeated to {shape}.");
        }

        return View(Type with { Shape = shape }, Offset, Broadcasting.Strides(Shape, _strides, shape));
    }

    /// <summary>The same tensor again, with a reference of its own to the memory.</summary>
    public Tensor Share() => View(Type, Offset, _strides);

    private Tensor View(TensorType type, long offset, int[]? strides)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new Tensor(type, Storage, offset, strides);
    }
}
