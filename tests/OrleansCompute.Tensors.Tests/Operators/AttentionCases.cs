using OrleansCompute.Tensors.Operators.Attention;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class AttentionCases
{
    private const float Hidden = float.NegativeInfinity;

    public static IEnumerable<OperatorCase> All { get; } =
    [
        new("Attention_Full", new AttentionOperator(), Normal(1, 2, 3, 5, 4), Normal(2, 2, 3, 5, 4), Normal(3, 2, 3, 5, 4)),
        new("Attention_Causal", new AttentionOperator(true), Normal(1, 2, 2, 6, 4), Normal(2, 2, 2, 6, 4), Normal(3, 2, 2, 6, 4)),
        new("Attention_CausalMoreKeys", new AttentionOperator(true), Normal(1, 1, 2, 3, 4), Normal(2, 1, 2, 7, 4), Normal(3, 1, 2, 7, 4)),
        new("Attention_CausalMoreQueries", new AttentionOperator(true), Normal(1, 1, 2, 5, 4), Normal(2, 1, 2, 3, 4), Normal(3, 1, 2, 3, 4)),
        new("Attention_Mask", new AttentionOperator(false, 0.3f), Normal(1, 2, 2, 5, 4), Normal(2, 2, 2, 5, 4), Normal(3, 2, 2, 5, 6), Normal(4, 2, 1, 5, 5)),
        new("Attention_MaskPerHead", new AttentionOperator(true), Normal(1, 2, 2, 5, 4), Normal(2, 2, 2, 5, 4), Normal(3, 2, 2, 5, 4), Normal(4, 2, 1, 5)),
        new("Attention_GroupedQueries", new AttentionOperator(true), Normal(1, 2, 4, 5, 4), Normal(2, 2, 2, 5, 4), Normal(3, 2, 2, 5, 4)),
        new("Attention_OneKeyHead", new AttentionOperator(), Normal(1, 1, 3, 5, 4), Normal(2, 1, 1, 7, 4), Normal(3, 1, 1, 7, 4), Normal(4, 3, 5, 7)),
        new("Attention_GroupedOneQuery", new AttentionOperator(true, 0.4f), Normal(1, 2, 4, 1, 8), Normal(2, 2, 2, 9, 8), Normal(3, 2, 2, 9, 8)),
        new("Attention_PaddingMask", new AttentionOperator(), Normal(1, 2, 1, 3, 4), Normal(2, 2, 1, 3, 4), Normal(3, 2, 1, 3, 4), Tensor.Of(new Shape(2, 1, 1, 3), [0f, 0, Hidden, Hidden, Hidden, Hidden])) { ChecksGradient = false },
        new(
            "AttentionGradient",
            new AttentionGradientOperator(true, null),
            Normal(1, 1, 2, 4, 3),
            Normal(2, 1, 2, 4, 3),
            Normal(3, 1, 2, 4, 3),
            null,
            Normal(5, 1, 2, 4, 3),
            Uniform(6, 3, 4, 1, 2, 4),
            Normal(7, 1, 2, 4, 3)) { ChecksGradient = false }, // Its sums are not those of its products: see SecondDerivativeTests.
        new(
            "AttentionGradient_GroupedQueries",
            new AttentionGradientOperator(true, null),
            Normal(1, 2, 4, 5, 4),
            Normal(2, 2, 2, 6, 4),
            Normal(3, 2, 2, 6, 4),
            null,
            Normal(5, 2, 4, 5, 4),
            Uniform(6, 3, 4, 2, 4, 5),
            Normal(7, 2, 4, 5, 4)) { ChecksGradient = false },
        new(
            "AttentionGradient_Mask",
            new AttentionGradientOperator(false, 0.5f, true),
            Normal(1, 1, 2, 4, 3),
            Normal(2, 1, 1, 4, 3),
            Normal(3, 1, 1, 4, 3),
            Normal(4, 2, 1, 4),
            Normal(5, 1, 2, 4, 3),
            Uniform(6, 3, 4, 1, 2, 4),
            Normal(7, 1, 2, 4, 3)) { ChecksGradient = false },
    ];
}
