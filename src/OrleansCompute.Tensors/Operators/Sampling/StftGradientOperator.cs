using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Sampling;

/// <summary>
/// Gradient of <see cref="StftOperator"/>: (dy, signal, step, optional window, optional frame length) give that of the signal and, if there is
/// one, of the window. Each frame's gradient is its transform with the other sign; frames that overlap are added.
/// </summary>
/// <param name="Forward">The transform.</param>
/// <param name="HasWindow">Whether there is a window.</param>
public sealed record StftGradientOperator(StftOperator Forward, bool HasWindow) : Operator
{
    /// <inheritdoc/>
    public override string Name => "STFTGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override int OutputCount => HasWindow ? 2 : 1;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Forward.Attributes;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(3, 5);
        TensorType?[] types = [.. Enumerable.Range(1, inputs.Count - 1).Select(i => inputs.Has(i) ? inputs[i] : null)];
        var y = Forward.Infer(new OperatorInputs(this, types, [.. Enumerable.Range(1, inputs.Count - 1).Select(inputs.Constant)]))[0];
        return !y.IsStatic || inputs[0].Shape.Equals(y.Shape)
            ? HasWindow ? [inputs[1], inputs[3]] : [inputs[1]]
            : throw new ShapeMismatchException($"{Name}: dy is {inputs[0]}; of {inputs[1]} it must have shape {y.Shape}.");
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) => Forward.Cost([inputs[1]], [inputs[0]!]);
}
