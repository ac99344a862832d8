using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>
/// Gradient of <see cref="RowAttentionOperator"/> from its inputs (the mask null where there is none), its two outputs, and dy: the gradients
/// of queries, keys and values, or of the one input that holds all three.
/// </summary>
/// <param name="Heads">As of the operator.</param>
/// <param name="IsPacked">As of the operator.</param>
/// <param name="IsCausal">As of the operator.</param>
/// <param name="Scale">As of the operator.</param>
public sealed record RowAttentionGradientOperator(int Heads, bool IsPacked, bool IsCausal, float Scale) : Operator
{
    /// <inheritdoc/>
    public override string Name => "RowAttentionGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override int OutputCount => IsPacked ? 1 : 3;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty
        .With("heads", Heads).With("packed", IsPacked).With("is_causal", IsCausal).With("scale", Scale);

    /// <summary>Number of the mask's input.</summary>
    internal int Mask => IsPacked ? 1 : 3;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(Mask + 4).RequireSameElementType(0, Mask + 1, Mask + 3);
        var (n, t, _, width) = new RowAttentionOperator(Heads, IsPacked, IsCausal, Scale).Sizes(inputs);
        var y = new Shape(n, t, width);
        if (!inputs[Mask + 1].Shape.Equals(y) || !inputs[Mask + 3].Shape.Equals(y) || inputs[Mask + 2].Shape.Elements != n * Heads * t)
        {
            throw new ShapeMismatchException($"{Name}: result {inputs[Mask + 1]}, logarithms {inputs[Mask + 2]}, gradient {inputs[Mask + 3]}; they must be {y}, [{n}, {Heads}, {t}], {y}.");
        }

        return IsPacked ? [inputs[0]] : [inputs[0], inputs[1], inputs[2]];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        Shape y = inputs[Mask + 1]!.Shape, keys = inputs[IsPacked ? 0 : 1]!.Shape;
        return new OperatorCost((long)y[0] * y[1] * keys[1] / (IsCausal ? 2 : 1) * ((10 * y[2]) + (8 * Heads)), Traffic(inputs, outputs));
    }
}
