using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class RowAttentionCases
{
    public static IEnumerable<OperatorCase> All { get; } =
    [
        new("RowAttention", new RowAttentionOperator(2, false, false, 0.4f), Normal(1, 2, 5, 6), Normal(2, 2, 7, 6), Normal(3, 2, 7, 6)),
        new("RowAttention_CausalMask", new RowAttentionOperator(3, false, true, 0.4f), Normal(1, 2, 5, 12), Normal(2, 2, 5, 12), Normal(3, 2, 5, 12), Normal(4, 3, 1, 5)),
        new("RowAttention_Packed", new RowAttentionOperator(2, true, true, 0.4f), Normal(1, 2, 67, 48)),
        new("RowAttention_PackedMask", new RowAttentionOperator(4, true, false, 0.5f), Normal(1, 2, 5, 48), Normal(4, 2, 1, 1, 5)),
        Gradient("RowAttentionGradient", new RowAttentionGradientOperator(2, false, false, 0.4f), null, Normal(1, 2, 5, 6), Normal(2, 2, 7, 6), Normal(3, 2, 7, 6)),
        Gradient("RowAttentionGradient_Mask", new RowAttentionGradientOperator(2, false, true, 0.4f), Normal(9, 5, 5), Normal(1, 2, 5, 6), Normal(2, 2, 5, 6), Normal(3, 2, 5, 6)),
        Gradient("RowAttentionGradient_Packed", new RowAttentionGradientOperator(2, true, true, 0.4f), null, Normal(1, 2, 67, 48)),
        Gradient("RowAttentionGradient_PackedMask", new RowAttentionGradientOperator(2, true, false, 0.4f), Normal(9, 2, 1, 5, 5), Normal(1, 2, 5, 12)),
    ];

    private static OperatorCase Gradient(string name, RowAttentionGradientOperator gradient, Tensor? mask, params Tensor[] inputs)
    {
        int batch = inputs[0].Shape[0], queries = inputs[0].Shape[1], width = inputs[0].Shape[2] / (gradient.IsPacked ? 3 : 1);
        return new(
            name,
            gradient,
            [.. inputs, mask, Normal(5, batch, queries, width), Uniform(6, 3, 4, batch, gradient.Heads, queries), Normal(7, batch, queries, width)]) { Tolerance = 1e-4 };
    }
}
