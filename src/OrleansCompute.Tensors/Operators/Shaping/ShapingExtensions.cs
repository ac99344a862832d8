using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>Shape operators for models that are written once and run eager or lazy.</summary>
public static class ShapingExtensions
{
    /// <summary>Another shape; -1, at most once, stands for what is left, 0 copies a size.</summary>
    public static TValue Reshape<TValue>(this IOperatorTarget<TValue> target, TValue x, params ReadOnlySpan<int> sizes)
        where TValue : class => Target(target).Apply(new ReshapeOperator(), x, Numbers(target, sizes))[0];

    /// <summary>The dimensions in another order; without an order the reverse one.</summary>
    public static TValue Transpose<TValue>(this IOperatorTarget<TValue> target, TValue x, params ReadOnlySpan<int> order)
        where TValue : class => Target(target).Apply(new TransposeOperator(order.IsEmpty ? null : IntList.Create(order)), x)[0];

    /// <summary>Two dimensions: the product of those before the axis, and that of those from it on.</summary>
    public static TValue Flatten<TValue>(this IOperatorTarget<TValue> target, TValue x, int axis = 1)
        where TValue : class => Target(target).Apply(new FlattenOperator(axis), x)[0];

    /// <summary>Drops dimensions of size 1.</summary>
    public static TValue Squeeze<TValue>(this IOperatorTarget<TValue> target, TValue x, params ReadOnlySpan<int> axes)
        where TValue : class => Target(target).Apply(new SqueezeOperator(), x, Numbers(target, axes))[0];

    /// <summary>Inserts dimensions of size 1, at places counted in the result.</summary>
    public static TValue Unsqueeze<TValue>(this IOperatorTarget<TValue> target, TValue x, params ReadOnlySpan<int> axes)
        where TValue : class => Target(target).Apply(new UnsqueezeOperator(), x, Numbers(target, axes))[0];

    /// <summary>Repeats by the broadcasting rules.</summary>
    public static TValue Expand<TValue>(this IOperatorTarget<TValue> target, TValue x, params ReadOnlySpan<int> sizes)
        where TValue : class => Target(target).Apply(new ExpandOperator(), x, Numbers(target, sizes))[0];

    /// <summary>The values one after another along a dimension.</summary>
    public static TValue Concat<TValue>(this IOperatorTarget<TValue> target, int axis, params IReadOnlyList<TValue> values)
        where TValue : class => Target(target).Apply(new ConcatOperator(axis), values)[0];

    /// <summary>Cuts into parts of the given sizes along a dimension.</summary>
    public static IReadOnlyList<TValue> Split<TValue>(this IOperatorTarget<TValue> target, TValue x, int axis, params ReadOnlySpan<int> sizes)
        where TValue : class => Target(target).Apply(new SplitOperator(sizes.Length, axis), x, Numbers(target, sizes));

    /// <summary>Every step-th element of a dimension from a start to before an end; numbers below 0 count from the end.</summary>
    public static TValue Slice<TValue>(this IOperatorTarget<TValue> target, TValue x, int axis, int start, int end = int.MaxValue, int step = 1)
        where TValue : class => Target(target).Apply(
            new SliceOperator(), x, Numbers(target, start), Numbers(target, end), Numbers(target, axis), Numbers(target, step))[0];

    /// <summary>Adds zeros: first the numbers of elements at the start of each dimension, then those at the ends.</summary>
    public static TValue Pad<TValue>(this IOperatorTarget<TValue> target, TValue x, params ReadOnlySpan<int> pads)
        where TValue : class => Target(target).Apply(new PadOperator(), x, Numbers(target, pads))[0];

    private static IOperatorTarget<TValue> Target<TValue>(IOperatorTarget<TValue> target)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return target;
    }

    private static TValue Numbers<TValue>(IOperatorTarget<TValue> target, params ReadOnlySpan<int> numbers)
        where TValue : class => target.Constant(Tensor.Vector<long>(Array.ConvertAll(numbers.ToArray(), number => (long)number)));
}
