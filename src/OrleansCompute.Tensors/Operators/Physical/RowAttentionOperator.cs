using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>
/// <see cref="Attention.AttentionOperator"/> on rows as products leave them, so that nothing is transposed: queries [N, T, heads * d], keys
/// and values [N, S, heads * d], or all three in one [N, T, 3 * heads * d], queries first; then an optional mask that is added, broadcast to
/// [N, heads, T, S]. Outputs: [N, T, heads * d] and the float32 logarithms of the sums, [N, heads, T].
/// </summary>
/// <param name="Heads">Heads, 1 or more.</param>
/// <param name="IsPacked">Whether queries, keys and values are one input.</param>
/// <param name="IsCausal">Whether queries see keys up to their own place only, aligned at the end.</param>
/// <param name="Scale">Factor of the products.</param>
public sealed record RowAttentionOperator(int Heads, bool IsPacked, bool IsCausal, float Scale) : Operator
{
    /// <inheritdoc/>
    public override string Name => "RowAttention";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override int OutputCount => 2;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty
        .With("heads", Heads).With("packed", IsPacked).With("is_causal", IsCausal).With("scale", Scale);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var first = IsPacked ? 1 : 3;
        inputs.RequireCount(first, first + 1);
        var (n, t, s, width) = Sizes(inputs);
        if (inputs.Has(first))
        {
            var products = new Shape(n, Heads, t, s);
            inputs.RequireSameElementType(0, first);
            if (!Broadcasting.Common(products, inputs[first].Shape, Name).Equals(products))
            {
                throw new ShapeMismatchException($"{Name}: the mask {inputs[first].Shape} cannot be repeated to {products}.");
            }
        }

        return [inputs[0] with { Shape = new Shape(n, t, width) }, new TensorType(ElementType.Float32, new Shape(n, Heads, t))];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        Shape y = outputs[0].Shape, keys = inputs[IsPacked ? 0 : 1]!.Shape;
        return new OperatorCost((long)y[0] * y[1] * keys[1] / (IsCausal ? 2 : 1) * ((4 * y[2]) + (5 * Heads)), Traffic(inputs, outputs));
    }

    /// <summary>Checks queries, keys and values; batch, queries, keys and heads * d.</summary>
    internal (int Batch, int Queries, int Keys, int Width) Sizes(OperatorInputs inputs)
    {
        var x = inputs.RequireRank(0, 3);
        if (IsPacked)
        {
            return Heads >= 1 && x[2] % (3 * Heads) == 0
                ? (x[0], x[1], x[1], x[2] / 3)
                : throw new ShapeMismatchException($"{Name}: {x} must be [N, T, 3 * heads * d] for {Heads} heads.");
        }

        inputs.RequireSameElementType(0, 1, 2);
        Shape k = inputs.RequireRank(1, 3), v = inputs.RequireRank(2, 3);
        return Heads >= 1 && x[0] == k[0] && x[2] == k[2] && k.Equals(v) && x[2] % Heads == 0
            ? (x[0], x[1], k[1], x[2])
            : throw new ShapeMismatchException($"{Name}: queries {x}, keys {k}, values {v}; they must be [N, T, heads * d], [N, S, heads * d] twice, for {Heads} heads.");
    }
}
