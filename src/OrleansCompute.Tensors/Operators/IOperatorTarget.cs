namespace OrleansCompute.Tensors.Operators;

/// <summary>
/// Where operators can be applied: to tensors at once (eager) or to the values of a graph that runs later (lazy). A model written
/// against this interface does both.
/// </summary>
/// <typeparam name="TValue">Tensor or graph value.</typeparam>
public interface IOperatorTarget<TValue>
    where TValue : class
{
    /// <summary>Applies an operator.</summary>
    /// <param name="operator">What to compute.</param>
    /// <param name="inputs">Inputs in the operator's order; null where an optional one is left out.</param>
    /// <returns>As many values as the operator has outputs.</returns>
    /// <exception cref="Shapes.ShapeMismatchException">The inputs do not fit; the message names the operator and the shapes.</exception>
    IReadOnlyList<TValue> Apply(Operator @operator, params IReadOnlyList<TValue?> inputs);

    /// <summary>A constant as a value.</summary>
    /// <param name="tensor">Host tensor; it must not change afterwards.</param>
    TValue Constant(Values.Tensor tensor);
}
