using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Operators;

/// <summary>
/// One definition per operator: name, shape rule, gradient rule, cost rule. What computes it is a kernel, chosen when a plan is built.
/// Immutable.
/// </summary>
public abstract record Operator
{
    /// <summary>Name, that of ONNX where ONNX has the operator.</summary>
    public abstract string Name { get; }

    /// <summary>Shape rule.</summary>
    /// <param name="inputs">Types of the inputs.</param>
    /// <returns>Types of the outputs, at least one.</returns>
    /// <exception cref="ShapeMismatchException">The inputs do not fit; the message names the operator and both shapes.</exception>
    public abstract IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType> inputs);

    /// <summary>Gradient rule: appends what computes the gradients of the inputs.</summary>
    /// <param name="context">The node, the gradients of its outputs, and where to put those of its inputs.</param>
    /// <exception cref="NotSupportedException">The operator has no gradient.</exception>
    public virtual void AppendGradient(GradientContext context) => throw new NotSupportedException($"{Name} has no gradient.");

    /// <summary>Cost rule: the default is one operation per output element and one pass over all inputs and outputs.</summary>
    /// <param name="inputs">Types of the inputs.</param>
    /// <param name="outputs">Types of the outputs.</param>
    public virtual OperatorCost Cost(IReadOnlyList<TensorType> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return new OperatorCost(outputs[0].Shape.Elements, Traffic(inputs, outputs));
    }

    private protected static long Traffic(IReadOnlyList<TensorType> inputs, IReadOnlyList<TensorType> outputs) =>
        4L * (inputs.Sum(type => (long)type.Shape.Elements) + outputs.Sum(type => (long)type.Shape.Elements));

    private protected void RequireInputs(IReadOnlyList<TensorType> inputs, int least, int most)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count < least || inputs.Count > most)
        {
            throw new ShapeMismatchException($"{Name} has {inputs.Count} inputs; it takes {least}{(most > least ? $" to {most}" : "")}.");
        }
    }

    private protected void RequireSame(TensorType left, TensorType right)
    {
        if (left != right)
        {
            throw new ShapeMismatchException($"{Name}: shapes {left.Shape} and {right.Shape} must be the same.");
        }
    }

    private protected ShapeMismatchException RankError(Shape shape, string expected) =>
        new($"{Name}: input has shape {shape}; expected {expected}.");
}
