using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Attention;

/// <summary>
/// Scaled dot-product attention, softmax(scale * Q K^T + mask) V (Vaswani et al. 2017). Inputs: queries [batch, heads, T, d], keys [batch,
/// key heads, S, d], values [batch, key heads, S, e], and an optional mask that is added, broadcast to [batch, heads, T, S]. The number of
/// key heads divides that of the heads: each serves as many neighbouring query heads (grouped queries, Ainslie et al. 2023). Outputs: the
/// result [batch, heads, T, e], and for the gradient the float32 logarithm of each row's sum of exponentials, [batch, heads, T], which is
/// not differentiated through. A query that sees no key gives 0.
/// </summary>
/// <param name="IsCausal">Whether query i sees keys up to i + S - T only: the queries are the last of the keys.</param>
/// <param name="Scale">Factor of the products; null: 1 / sqrt(d).</param>
public sealed record AttentionOperator(bool IsCausal = false, float? Scale = null) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Attention";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override int OutputCount => 2;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("is_causal", IsCausal).With("scale", Scale);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var element = inputs.RequireCount(3, 4).RequireSameElementType(0, 1, 2);
        Shape q = inputs.RequireRank(0, 4), k = inputs.RequireRank(1, 4), v = inputs.RequireRank(2, 4);
        if (q[0] != k[0] || q[0] != v[0] || k[1] != v[1] || k[1] == 0 || q[1] % k[1] != 0 || q[3] != k[3] || k[2] != v[2])
        {
            throw new ShapeMismatchException(
                $"{Name}: queries {q}, keys {k}, values {v}; they must be [B, H, T, d], [B, G, S, d], [B, G, S, e] with G a divisor of H.");
        }

        var rows = new Shape(q[0], q[1], q[2]);
        if (inputs.Has(3))
        {
            var products = new Shape(q[0], q[1], q[2], k[2]);
            inputs.RequireSameElementType(0, 3);
            if (!Broadcasting.Common(products, inputs[3].Shape, Name).Equals(products))
            {
                throw new ShapeMismatchException($"{Name}: the mask {inputs[3].Shape} cannot be repeated to {products}.");
            }
        }

        return [new TensorType(element, new Shape(q[0], q[1], q[2], v[3])), new TensorType(ElementType.Float32, rows)];
    }

    /// <summary>
    /// Products, softmax, product, of keys and values that are repeated for the heads that share them; where a size that this or a
    /// causal mask needs is known at run time only, there is no such form.
    /// </summary>
    /// <inheritdoc/>
    public override IReadOnlyList<GraphValue>? Expand(GraphBuilder target, IReadOnlyList<GraphValue?> inputs)
    {
        Shape q = inputs[0]!.Type.Shape, k = inputs[1]!.Type.Shape, v = inputs[2]!.Type.Shape;
        if (!HasForm(q, k, v, IsCausal))
        {
            return null;
        }

        var products = target.MatMul(inputs[0]!, target.Transpose(Repeated(target, inputs[1]!, q[1], q[3]), 0, 1, 3, 2));
        products = target.Mul(products, target.Constant(Tensor.Scalar(Scale ?? (1 / MathF.Sqrt(q[3])))));
        products = inputs.Count > 3 && inputs[3] is { } mask ? target.Add(products, mask) : products;
        products = IsCausal ? target.Add(products, target.Constant(CausalMask(q[2], k[2]))) : products;
        return [target.MatMul(target.Softmax(products), Repeated(target, inputs[2]!, q[1], v[3]))];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (context.HasGradient(1))
        {
            throw new NotSupportedException($"{Name}: the logarithms of the sums have no gradient; compute them with ReduceLogSumExp instead.");
        }

        var gradients = context.Apply(
            new AttentionGradientOperator(IsCausal, Scale, context.Needs(3)),
            context.Input(0),
            context.Input(1),
            context.Input(2),
            context.OptionalInput(3),
            context.Output(0),
            context.Output(1),
            context.OutputGradient);
        for (var i = 0; i < gradients.Count; i++)
        {
            context.Give(i, gradients[i]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        Shape q = inputs[0]!.Shape, v = inputs[2]!.Shape;
        var products = (long)q[0] * q[1] * q[2] * v[2] / (IsCausal ? 2 : 1);
        return new OperatorCost(products * ((2 * q[3]) + (2 * v[3]) + 5), Traffic(inputs, outputs));
    }

    /// <summary>Whether enough is known of queries, keys and values to write attention as products.</summary>
    internal static bool HasForm(Shape q, Shape k, Shape v, bool isCausal) => q.IsRankKnown && k.IsRankKnown && v.IsRankKnown
        && q[3] != Shape.Any && q[1] != Shape.Any && k[1] != Shape.Any && v[1] == k[1] && (q[1] == k[1] || v[3] != Shape.Any)
        && (!isCausal || (q[2] != Shape.Any && k[2] != Shape.Any));

    /// <summary>Keys or values [B, G, S, size] as [B, heads, S, size]: each for the neighbouring heads that share it.</summary>
    internal static GraphValue Repeated(GraphBuilder builder, GraphValue value, int heads, int size)
    {
        var from = value.Type.Shape;
        if (from[1] == heads)
        {
            return value;
        }

        // What is left of no elements cannot be inferred, so sizes that are known are given; a 0 among them is one only where it does not mean a copy.
        var repeated = builder.Expand(builder.Unsqueeze(value, 2), 1, 1, heads / from[1], 1, 1);
        return from[0] != Shape.Any && from[2] != Shape.Any && (from[0] == 0 || from[2] == 0 || size == 0)
            ? builder.Apply(new ReshapeOperator(AllowZero: true), repeated, builder.Constant(Tensor.Vector<long>(from[0], heads, from[2], size)))[0]
            : builder.Reshape(repeated, 0, heads, from[2] is Shape.Any or 0 ? -1 : from[2], size);
    }

    /// <summary>0 where query i sees key j, else minus infinity.</summary>
    internal static Tensor CausalMask(int queries, int keys)
    {
        var mask = Tensor.Zeros(TensorType.Real(queries, keys));
        var values = mask.AsSpan<float>();
        for (var i = 0; i < queries; i++)
        {
            values.Slice(i * keys, keys)[Math.Clamp(i + keys - queries + 1, 0, keys)..].Fill(float.NegativeInfinity);
        }

        return mask;
    }
}
