namespace OrleansCompute.Tensors.Operators.Activations;

/// <summary>
/// Activations as functions, for eager and lazy models alike; the result has the shape and type of the input, which is floating point.
/// Thread-safe if the target is.
/// </summary>
public static class ActivationFunctions
{
    /// <summary>An activation by name, with its parameters (see <see cref="ActivationFunction"/>).</summary>
    public static TValue Activate<TValue>(this IOperatorTarget<TValue> target, ActivationFunction function, TValue value, float alpha = 0, float beta = 0)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Apply(new ActivationOperator(function, alpha, beta), value)[0];
    }

    /// <summary>1 / (1 + exp(-x)).</summary>
    public static TValue Sigmoid<TValue>(this IOperatorTarget<TValue> target, TValue value)
        where TValue : class => Activate(target, ActivationFunction.Sigmoid, value);

    /// <summary>Hyperbolic tangent.</summary>
    public static TValue Tanh<TValue>(this IOperatorTarget<TValue> target, TValue value)
        where TValue : class => Activate(target, ActivationFunction.Tanh, value);

    /// <summary>x for x &gt;= 0, else alpha x.</summary>
    public static TValue LeakyRelu<TValue>(this IOperatorTarget<TValue> target, TValue value, float alpha = 0.01f)
        where TValue : class => Activate(target, ActivationFunction.LeakyRelu, value, alpha);

    /// <summary>x for x &gt;= 0, else alpha (exp(x) - 1).</summary>
    public static TValue Elu<TValue>(this IOperatorTarget<TValue> target, TValue value, float alpha = 1)
        where TValue : class => Activate(target, ActivationFunction.Elu, value, alpha);

    /// <summary>x times the normal distribution function of x.</summary>
    /// <param name="target">Where it is applied.</param>
    /// <param name="value">x.</param>
    /// <param name="isApproximate">Whether the tanh approximation is taken, as GPT-2 does.</param>
    public static TValue Gelu<TValue>(this IOperatorTarget<TValue> target, TValue value, bool isApproximate = false)
        where TValue : class => Activate(target, isApproximate ? ActivationFunction.GeluTanh : ActivationFunction.Gelu, value);

    /// <summary>x sigmoid(x), also called swish.</summary>
    public static TValue Silu<TValue>(this IOperatorTarget<TValue> target, TValue value)
        where TValue : class => Activate(target, ActivationFunction.Silu, value);

    /// <summary>x max(0, min(1, x / 6 + 1 / 2)).</summary>
    public static TValue HardSwish<TValue>(this IOperatorTarget<TValue> target, TValue value)
        where TValue : class => Activate(target, ActivationFunction.HardSwish, value);

    /// <summary>log(1 + exp(x)).</summary>
    public static TValue Softplus<TValue>(this IOperatorTarget<TValue> target, TValue value)
        where TValue : class => Activate(target, ActivationFunction.Softplus, value);

    /// <summary>exp(x) / sum of exp(x) over an axis; negative counts from the end.</summary>
    public static TValue Softmax<TValue>(this IOperatorTarget<TValue> target, TValue value, int axis = -1)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Apply(new SoftmaxOperator(axis), value)[0];
    }

    /// <summary>Logarithm of the softmax over an axis; negative counts from the end.</summary>
    public static TValue LogSoftmax<TValue>(this IOperatorTarget<TValue> target, TValue value, int axis = -1)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Apply(new LogSoftmaxOperator(axis), value)[0];
    }
}
