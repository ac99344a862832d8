using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>
/// Element-wise operators as functions, for eager and lazy models alike. Two inputs are broadcast to their common shape and must have the
/// same element type; one input gives a result of its shape and type. Thread-safe if the target is.
/// </summary>
public static class ElementwiseFunctions
{
    /// <summary>a + b.</summary>
    public static TValue Add<TValue>(this IOperatorTarget<TValue> target, TValue left, TValue right)
        where TValue : class => Apply(target, new AddOperator(), left, right);

    /// <summary>a - b.</summary>
    public static TValue Sub<TValue>(this IOperatorTarget<TValue> target, TValue left, TValue right)
        where TValue : class => Apply(target, new SubOperator(), left, right);

    /// <summary>a * b, element by element.</summary>
    public static TValue Mul<TValue>(this IOperatorTarget<TValue> target, TValue left, TValue right)
        where TValue : class => Apply(target, new MulOperator(), left, right);

    /// <summary>a / b; of integers the fraction is cut off.</summary>
    public static TValue Div<TValue>(this IOperatorTarget<TValue> target, TValue left, TValue right)
        where TValue : class => Apply(target, new DivOperator(), left, right);

    /// <summary>x to the power of e; e may have another element type.</summary>
    public static TValue Pow<TValue>(this IOperatorTarget<TValue> target, TValue value, TValue exponent)
        where TValue : class => Apply(target, new PowOperator(), value, exponent);

    /// <summary>factor * x + offset, floating point.</summary>
    public static TValue Affine<TValue>(this IOperatorTarget<TValue> target, TValue value, double factor, double offset = 0)
        where TValue : class => Apply(target, new AffineOperator(factor, offset), value);

    /// <summary>A function of each element.</summary>
    public static TValue Map<TValue>(this IOperatorTarget<TValue> target, MathFunction function, TValue value)
        where TValue : class => Apply(target, new MathOperator(function), value);

    /// <summary>-x.</summary>
    public static TValue Neg<TValue>(this IOperatorTarget<TValue> target, TValue value)
        where TValue : class => Map(target, MathFunction.Neg, value);

    /// <summary>|x|.</summary>
    public static TValue Abs<TValue>(this IOperatorTarget<TValue> target, TValue value)
        where TValue : class => Map(target, MathFunction.Abs, value);

    /// <summary>-1, 0 or 1.</summary>
    public static TValue Sign<TValue>(this IOperatorTarget<TValue> target, TValue value)
        where TValue : class => Map(target, MathFunction.Sign, value);

    /// <summary>Square root.</summary>
    public static TValue Sqrt<TValue>(this IOperatorTarget<TValue> target, TValue value)
        where TValue : class => Map(target, MathFunction.Sqrt, value);

    /// <summary>1 / sqrt(x).</summary>
    public static TValue ReciprocalSqrt<TValue>(this IOperatorTarget<TValue> target, TValue value)
        where TValue : class => Map(target, MathFunction.ReciprocalSqrt, value);

    /// <summary>x * x.</summary>
    public static TValue Square<TValue>(this IOperatorTarget<TValue> target, TValue value)
        where TValue : class => Map(target, MathFunction.Square, value);

    /// <summary>e to the x.</summary>
    public static TValue Exp<TValue>(this IOperatorTarget<TValue> target, TValue value)
        where TValue : class => Map(target, MathFunction.Exp, value);

    /// <summary>Natural logarithm.</summary>
    public static TValue Log<TValue>(this IOperatorTarget<TValue> target, TValue value)
        where TValue : class => Map(target, MathFunction.Log, value);

    /// <summary>1 / x.</summary>
    public static TValue Reciprocal<TValue>(this IOperatorTarget<TValue> target, TValue value)
        where TValue : class => Map(target, MathFunction.Reciprocal, value);

    /// <summary>max(x, 0).</summary>
    public static TValue Relu<TValue>(this IOperatorTarget<TValue> target, TValue value)
        where TValue : class => Apply(target, new ReluOperator(), value);

    /// <summary>min(max(x, low), high).</summary>
    public static TValue Clip<TValue>(this IOperatorTarget<TValue> target, TValue value, float? low, float? high)
        where TValue : class => Apply(target, new ClipOperator(low, high), value);

    /// <summary>Sum of one or more values.</summary>
    public static TValue Sum<TValue>(this IOperatorTarget<TValue> target, params IReadOnlyList<TValue> values)
        where TValue : class => Variadic(target, VariadicFunction.Sum, values);

    /// <summary>Smallest of one or more values.</summary>
    public static TValue Min<TValue>(this IOperatorTarget<TValue> target, params IReadOnlyList<TValue> values)
        where TValue : class => Variadic(target, VariadicFunction.Min, values);

    /// <summary>Largest of one or more values.</summary>
    public static TValue Max<TValue>(this IOperatorTarget<TValue> target, params IReadOnlyList<TValue> values)
        where TValue : class => Variadic(target, VariadicFunction.Max, values);

    /// <summary>The elements in another type.</summary>
    public static TValue Cast<TValue>(this IOperatorTarget<TValue> target, TValue value, ElementType to)
        where TValue : class => Apply(target, new CastOperator(to), value);

    /// <summary>The elements of a value in the type of another's.</summary>
    public static TValue CastLike<TValue>(this IOperatorTarget<TValue> target, TValue value, TValue like)
        where TValue : class => Apply(target, new CastLikeOperator(), value, like);

    /// <summary>One value where a condition (bool) is true, else another.</summary>
    public static TValue Where<TValue>(this IOperatorTarget<TValue> target, TValue condition, TValue whenTrue, TValue whenFalse)
        where TValue : class => Apply(target, new WhereOperator(), condition, whenTrue, whenFalse);

    /// <summary>a = b, as bool.</summary>
    public static TValue Equal<TValue>(this IOperatorTarget<TValue> target, TValue left, TValue right)
        where TValue : class => Compare(target, Comparison.Equal, left, right);

    /// <summary>a &lt; b, as bool.</summary>
    public static TValue Less<TValue>(this IOperatorTarget<TValue> target, TValue left, TValue right)
        where TValue : class => Compare(target, Comparison.Less, left, right);

    /// <summary>a &gt; b, as bool.</summary>
    public static TValue Greater<TValue>(this IOperatorTarget<TValue> target, TValue left, TValue right)
        where TValue : class => Compare(target, Comparison.Greater, left, right);

    /// <summary>A comparison, as bool.</summary>
    public static TValue Compare<TValue>(this IOperatorTarget<TValue> target, Comparison comparison, TValue left, TValue right)
        where TValue : class => Apply(target, new ComparisonOperator(comparison), left, right);

    /// <summary>Zeros of a value's type.</summary>
    public static TValue ZerosLike<TValue>(this IOperatorTarget<TValue> target, TValue value)
        where TValue : class => Apply(target, new ZerosLikeOperator(), value);

    /// <summary>Ones of a value's type.</summary>
    public static TValue OnesLike<TValue>(this IOperatorTarget<TValue> target, TValue value)
        where TValue : class => Apply(target, new OnesLikeOperator(), value);

    /// <summary>A value summed over the dimensions in which broadcasting repeated another one.</summary>
    public static TValue SumToLike<TValue>(this IOperatorTarget<TValue> target, TValue value, TValue like)
        where TValue : class => Apply(target, new SumToLikeOperator(), value, like);

    private static TValue Variadic<TValue>(IOperatorTarget<TValue> target, VariadicFunction function, IReadOnlyList<TValue> values)
        where TValue : class => Apply(target, new VariadicOperator(function), [.. values]);

    private static TValue Apply<TValue>(IOperatorTarget<TValue> target, Operator @operator, params TValue[] inputs)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Apply(@operator, inputs)[0];
    }
}
