using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Attention;

/// <summary>
/// Gradient of <see cref="AttentionOperator"/> from queries, keys, values, the optional mask, its two outputs, and dy: the gradients of
/// queries, keys, values and, if wanted, of the mask. The probabilities are computed again: P = exp(scale * Q K^T + mask - logSum); then
/// dV = P^T dY, dS = P (dY V^T - rowsum(dY Y)), dQ = scale * dS K, dK = scale * dS^T Q, dMask = dS summed to its shape (Dao et al. 2022).
/// </summary>
/// <param name="IsCausal">As of the operator.</param>
/// <param name="Scale">As of the operator.</param>
/// <param name="HasMaskGradient">Whether there is a fourth output, the gradient of the mask.</param>
public sealed record AttentionGradientOperator(bool IsCausal, float? Scale, bool HasMaskGradient = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => "AttentionGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override int OutputCount => HasMaskGradient ? 4 : 3;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("is_causal", IsCausal).With("scale", Scale);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(7).RequireSameElementType(0, 1, 2, 4, 6);
        return HasMaskGradient ? [inputs[0], inputs[1], inputs[2], inputs[3]] : [inputs[0], inputs[1], inputs[2]];
    }

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <summary>By products and a softmax, whose probabilities are then in memory. Causal sizes known only at run time have no such form.</summary>
    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        context.GiveComposed((builder, inputs) => GradientContext.OfForm(builder, inputs[..4], own => Form(builder, own), inputs[6]!));
    }

    private GraphValue Form(GraphBuilder builder, GraphValue?[] inputs)
    {
        Shape q = inputs[0]!.Type.Shape, k = inputs[1]!.Type.Shape, v = inputs[2]!.Type.Shape;
        if (!AttentionOperator.HasForm(q, k, v, IsCausal))
        {
            throw new NotSupportedException($"{Name}: no second derivative of attention over queries {q}, keys {k} and values {v}: their sizes must be known.");
        }

        var products = builder.Affine(builder.MatMul(inputs[0]!, builder.Transpose(AttentionOperator.Repeated(builder, inputs[1]!, q[1], q[3]), 0, 1, 3, 2)), Scale ?? (1 / Math.Sqrt(q[3])));
        products = inputs[3] is { } mask ? builder.Add(products, mask) : products;
        if (IsCausal)
        {
            var causal = builder.Constant(AttentionOperator.CausalMask(q[2], k[2]));
            products = builder.Add(products, builder.Apply(new CastLikeOperator(), causal, products)[0]);
        }

        return builder.MatMul(builder.Softmax(products), AttentionOperator.Repeated(builder, inputs[2]!, q[1], v[3]));
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        Shape q = inputs[0]!.Shape, v = inputs[2]!.Shape;
        var products = (long)q[0] * q[1] * q[2] * v[2] / (IsCausal ? 2 : 1);
        return new OperatorCost(products * ((6 * q[3]) + (4 * v[3]) + 8), Traffic(inputs, outputs));
    }
}
