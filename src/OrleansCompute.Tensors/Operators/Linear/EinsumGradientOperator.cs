using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Linear;

/// <summary>
/// Gradient of one operand of an <see cref="EinsumOperator"/>, from all its operands and, last, the gradient of the result. For equations
/// with diagonals, "...", or letters that only one operand has; others' gradients are einsums themselves.
/// </summary>
/// <param name="Equation">As of the operator.</param>
/// <param name="Operand">Number of the operand whose gradient it is.</param>
public sealed record EinsumGradientOperator(string Equation, int Operand) : Operator
{
    /// <inheritdoc/>
    public override string Name => "EinsumGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("equation", Equation).With("operand", Operand);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs) => [inputs.RequireCount(2, int.MaxValue)[Operand]];

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        var (_, sizes) = EinsumEquation.Parse(Equation).Bind([.. inputs.SkipLast(1).Select(input => input!.Shape)]);
        return new OperatorCost(sizes.Aggregate((long)inputs.Count, (product, size) => product * size), Traffic(inputs, outputs));
    }
}
