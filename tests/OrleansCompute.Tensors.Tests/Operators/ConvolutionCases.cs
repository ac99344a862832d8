using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class ConvolutionCases
{
    private static readonly ConvolutionAttributes Plain = new();
    private static readonly ConvolutionAttributes Padded = new(new WindowAttributes(Strides: [2, 1], Pads: [1, 0, 2, 1], Dilations: [1, 2]));
    private static readonly ConvolutionAttributes Grouped = new(new WindowAttributes(Strides: [2, 2], AutoPad: AutoPad.SameUpper), 2);
    private static readonly ConvolutionAttributes Lower = new(new WindowAttributes(Kernel: [4], Strides: [3], AutoPad: AutoPad.SameLower));
    private static readonly ConvTransposeAttributes Back = new(new(new WindowAttributes(Strides: [2, 3], Pads: [1, 0, 0, 1], Dilations: [2, 1]), 2), [1, 0]);

    public static IEnumerable<OperatorCase> All { get; } =
    [
        new("Conv_1d", new ConvOperator(Lower), Normal(1, 2, 3, 11), Normal(2, 4, 3, 4), Normal(3, 4)),
        new("Conv_2d", new ConvOperator(Plain), Normal(1, 2, 3, 6, 5), Normal(2, 4, 3, 3, 3), Normal(3, 4)),
        new("Conv_2dPaddedDilated", new ConvOperator(Padded), Normal(1, 1, 2, 7, 6), Normal(2, 3, 2, 3, 2)),
        new("Conv_2dGrouped", new ConvOperator(Grouped), Normal(1, 2, 4, 5, 6), Normal(2, 6, 2, 3, 3)),
        new("Conv_2dDepthwise", new ConvOperator(new(new WindowAttributes(Pads: [1, 1, 1, 1]), 3)), Normal(1, 2, 3, 5, 5), Normal(2, 3, 1, 3, 3), Normal(3, 3)),
        new("Conv_2dPointwise", new ConvOperator(Plain), Normal(1, 2, 5, 4, 4), Normal(2, 7, 5, 1, 1), Normal(3, 7)),
        new("Conv_3d", new ConvOperator(new(new WindowAttributes(AutoPad: AutoPad.Valid))), Normal(1, 1, 2, 4, 3, 4), Normal(2, 3, 2, 2, 2, 3)),
        new("ConvInputGradient", new ConvInputGradientOperator(Padded), Normal(1, 1, 3, 4, 5), Normal(2, 3, 2, 3, 2), Normal(3, 1, 2, 7, 6)),
        new("ConvInputGradient_Grouped", new ConvInputGradientOperator(Grouped), Normal(1, 2, 6, 3, 3), Normal(2, 6, 2, 3, 3), Normal(3, 2, 4, 5, 6)),
        new("ConvWeightGradient", new ConvWeightGradientOperator(Padded), Normal(1, 1, 2, 7, 6), Normal(2, 1, 3, 4, 5), Normal(3, 3, 2, 3, 2)),
        new("ConvWeightGradient_Grouped", new ConvWeightGradientOperator(Grouped), Normal(1, 2, 4, 5, 6), Normal(2, 2, 6, 3, 3), Normal(3, 6, 2, 3, 3)),
        new("ConvTranspose_2d", new ConvTransposeOperator(Back), Normal(1, 2, 4, 3, 2), Normal(2, 4, 3, 2, 3), Normal(3, 6)),
        new("ConvTranspose_1dSizes", new ConvTransposeOperator(new(new(new WindowAttributes(Strides: [3])), null, [11])), Normal(1, 1, 2, 4), Normal(2, 2, 3, 3)),
        new("ConvTranspose_Same", new ConvTransposeOperator(new(new(new WindowAttributes(Strides: [2, 2], AutoPad: AutoPad.SameUpper)))), Normal(1, 1, 2, 3, 3), Normal(2, 2, 2, 3, 3)),
        new("ConvTransposeInputGradient", new ConvTransposeInputGradientOperator(Back), Normal(1, 2, 6, 7, 5), Normal(2, 4, 3, 2, 3), Normal(3, 2, 4, 3, 2)),
        new("ConvTransposeWeightGradient", new ConvTransposeWeightGradientOperator(Back), Normal(1, 2, 4, 3, 2), Normal(2, 2, 6, 7, 5), Normal(3, 4, 3, 2, 3)),
        new("ConvInteger", new ConvIntegerOperator(Plain), Bytes(1, 1, 2, 4, 4), Bytes(2, 3, 2, 2, 2), Tensor.Scalar<byte>(7), Tensor.Vector<byte>(3, 0, 200)),
        new("QLinearConv", new QLinearConvOperator(Plain), Bytes(1, 1, 2, 4, 4), Tensor.Scalar(0.02f), Tensor.Scalar<byte>(128), SignedBytes(2, 3, 2, 2, 2),
            Tensor.Vector(0.01f, 0.02f, 0.03f), Tensor.Vector<sbyte>(0, 0, 0), Tensor.Scalar(0.1f), Tensor.Scalar<byte>(100), Tensor.Vector(50, -20, 0)),
        new("ConvInteger_Groups", new ConvIntegerOperator(Grouped), SignedBytes(1, 2, 4, 6, 5), Bytes(2, 6, 2, 3, 2), Tensor.Scalar<sbyte>(-7), Tensor.Scalar<byte>(100)),
        new("QLinearConv_Groups", new QLinearConvOperator(Grouped), SignedBytes(1, 2, 4, 6, 5), Tensor.Scalar(0.021f), Tensor.Scalar<sbyte>(5), SignedBytes(2, 6, 2, 3, 2),
            Tensor.Scalar(0.013f), Tensor.Scalar<sbyte>(1), Tensor.Scalar(0.37f), Tensor.Scalar<sbyte>(-9)),
        new("Conv_Float16", new ConvOperator(Grouped), As(ElementType.Float16, Normal(1, 2, 4, 6, 5)), As(ElementType.Float16, Normal(2, 6, 2, 3, 2)), As(ElementType.Float16, Normal(3, 6)))
        {
            ChecksGradient = false, Tolerance = 1e-3,
        },
        new("Conv_BFloat16", new ConvOperator(Plain), As(ElementType.BFloat16, Normal(1, 2, 3, 5, 5)), As(ElementType.BFloat16, Normal(2, 4, 3, 3, 2)))
        {
            ChecksGradient = false, Tolerance = 8e-3,
        },
        new("ChannelSum", new ChannelSumOperator(), Normal(1, 2, 3, 4)),
        new("ChannelExpandLike", new ChannelExpandLikeOperator(), Normal(1, 3), Normal(2, 2, 3, 4)),
    ];

    internal static Tensor Bytes(int seed, params int[] sizes)
    {
        var tensor = Tensor.Zeros(new TensorType(ElementType.UInt8, new Shape(sizes)));
        new Random(seed).NextBytes(tensor.AsSpan<byte>());
        return tensor;
    }

    internal static Tensor SignedBytes(int seed, params int[] sizes)
    {
        using var bytes = Bytes(seed, sizes);
        return Tensor.Of<sbyte>(bytes.Shape, [.. bytes.AsSpan<byte>().ToArray().Select(value => unchecked((sbyte)value))]);
    }
}
