using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>
/// activation(Alpha * A B + bias): A [..., M, K] (all dimensions but the last are rows), or [K, M] when transposed; B [K, N], or [N, K] when
/// transposed; optional bias [N].
/// </summary>
/// <param name="Alpha">Factor of the product.</param>
/// <param name="TransposesLeft">Whether A is given as [K, M].</param>
/// <param name="TransposesRight">Whether B is given as [N, K].</param>
/// <param name="Activation">Applied to the result.</param>
public sealed record FusedGemmOperator(
    float Alpha = 1, bool TransposesLeft = false, bool TransposesRight = false, FusedActivation Activation = FusedActivation.None) : Operator
{
    /// <inheritdoc/>
    public override string Name => "FusedGemm";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty
        .With("alpha", Alpha).With("transA", TransposesLeft).With("transB", TransposesRight).With("activation", Activation.ToString());

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var element = inputs.RequireCount(2, 3).RequireSameElementType(0, 1);
        Shape a = inputs.RequireRank(0, 2, TransposesLeft ? 2 : Shape.MaxRank), b = inputs.RequireRank(1, 2);
        var (depth, columns) = TransposesRight ? (b[1], b[0]) : (b[0], b[1]);
        if (a[TransposesLeft ? 0 : a.Rank - 1] != depth)
        {
            throw new ShapeMismatchException($"{Name}: {a} x {b}: the inner sizes {a[TransposesLeft ? 0 : a.Rank - 1]} and {depth} must be equal.");
        }

        if (inputs.Has(2) && (inputs.RequireSameElementType(0, 2) != element || !inputs[2].Shape.Equals(new Shape(columns))))
        {
            throw new ShapeMismatchException($"{Name}: the bias is {inputs[2].Shape}; it must be [{columns}].");
        }

        return [new TensorType(element, TransposesLeft ? new Shape(a[1], columns) : a.With(a.Rank - 1, columns))];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        var b = inputs[1]!.Shape;
        return new OperatorCost(2L * outputs[0].Shape.Elements * b[TransposesRight ? 1 : 0], Traffic(inputs, outputs));
    }
}
