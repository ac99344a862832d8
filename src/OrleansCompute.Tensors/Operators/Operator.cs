using System.Collections.ObjectModel;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators;

/// <summary>
/// One operator with its attributes: name, shape rule, gradient rule, cost rule. What computes it is a kernel, found in the library of
/// an accelerator. Immutable; two with equal attributes are equal, so that common sub-expressions can be found.
/// </summary>
public abstract record Operator
{
    /// <summary>Name, that of ONNX where ONNX has the operator.</summary>
    public abstract string Name { get; }

    /// <summary>Empty for operators of ONNX, <c>oc</c> for our own: gradients, fused and physical ones.</summary>
    public virtual string Domain => "";

    /// <summary>Number of outputs, 1 or more.</summary>
    public virtual int OutputCount => 1;

    /// <summary>Outputs that ONNX has; those behind them are ours, for gradients, and are not exported.</summary>
    public virtual int OnnxOutputCount => OutputCount;

    /// <summary>Whether equal inputs always give equal outputs: others are never folded, merged or recomputed.</summary>
    public virtual bool IsDeterministic => true;

    /// <summary>Whether there is a gradient rule.</summary>
    public virtual bool HasGradient => false;

    /// <summary>The attributes as ONNX has them, for export and for display; empty when there are none.</summary>
    public virtual OperatorAttributes Attributes => OperatorAttributes.Empty;

    /// <summary>
    /// Inputs that opset 17 of ONNX has where this operator keeps an attribute (the axes of a reduction read from an older file), by number:
    /// export appends them as constants.
    /// </summary>
    public virtual IReadOnlyDictionary<int, Tensor> AttributeInputs => ReadOnlyDictionary<int, Tensor>.Empty;

    /// <summary>Number of a sub-graph's own inputs; behind them come values of the graph around it. Only for operators with sub-graphs.</summary>
    /// <param name="attribute">Attribute that holds the sub-graph.</param>
    public virtual int SubGraphInputs(string attribute) => throw new NotSupportedException($"{Name} has no sub-graphs.");

    /// <summary>
    /// Shape rule. It only sees static input types; a graph with sizes known at run time asks it again then. Where the result depends on
    /// values that are not constant (the shape input of Reshape, the data of NonZero) it answers with <see cref="Shape.Any"/> sizes or
    /// <see cref="Shape.Unknown"/>; then the kernel allocates its outputs.
    /// </summary>
    /// <param name="inputs">Types, and values as far as they are constant.</param>
    /// <returns>As many types as there are outputs.</returns>
    /// <exception cref="ShapeMismatchException">The inputs do not fit; the message names the operator and the shapes.</exception>
    public abstract IReadOnlyList<TensorType> Infer(OperatorInputs inputs);

    /// <summary>Gradient rule: appends what computes the gradients of the inputs.</summary>
    /// <param name="context">The node, the gradients of its outputs, and where to put those of its inputs.</param>
    /// <exception cref="NotSupportedException">The operator has no gradient.</exception>
    public virtual void AppendGradient(GradientContext context) => throw new NotSupportedException($"{Name} has no gradient.");

    /// <summary>Applies the same in operators of ONNX: how an operator of ours is exported, and run where there is no kernel for it.</summary>
    /// <param name="target">Where to apply them.</param>
    /// <param name="inputs">The inputs.</param>
    /// <returns>The outputs; null when the operator has no such form.</returns>
    public virtual IReadOnlyList<GraphValue>? Expand(GraphBuilder target, IReadOnlyList<GraphValue?> inputs) => null;

    /// <summary>Cost rule: the default is one operation per output element and one pass over all inputs and outputs.</summary>
    /// <param name="inputs">Static types of the inputs; null where an optional one is left out.</param>
    /// <param name="outputs">Static types of the outputs.</param>
    public virtual OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return new OperatorCost(outputs.Sum(type => (long)type.Shape.Elements), Traffic(inputs, outputs));
    }

    /// <summary>Bytes of all inputs and outputs: what a kernel moves when nothing is cached.</summary>
    protected static long Traffic(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        return inputs.Sum(type => type?.Bytes ?? 0) + outputs.Sum(type => type.Bytes);
    }
}
