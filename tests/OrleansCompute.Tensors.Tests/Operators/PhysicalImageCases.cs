using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class PhysicalImageCases
{
    private static readonly ConvolutionAttributes Padded = new(new WindowAttributes(Pads: IntList.Create([2, 2, 2, 2])));
    private static readonly ConvolutionAttributes Strided = new(new WindowAttributes(Strides: IntList.Create([2, 1]), Pads: IntList.Create([1, 0, 0, 1])), 2);
    private static readonly PoolAttributes Halves = new(new WindowAttributes(IntList.Create([2, 2]), IntList.Create([2, 2])));

    public static IEnumerable<OperatorCase> All { get; } =
    [
        new("ConvLast", new ConvLastOperator(Padded), Normal(1, 3, 9, 8, 4), Normal(2, 17, 4, 5, 5), Normal(3, 17)),
        new("ConvLast_Relu", new ConvLastOperator(Padded, FusedActivation.Relu), Normal(1, 2, 9, 8, 1), Normal(2, 16, 1, 5, 5), Normal(3, 16)),
        new("ConvLast_Gelu", new ConvLastOperator(Padded, FusedActivation.Gelu), Normal(1, 2, 6, 8, 3), Normal(2, 8, 3, 5, 5)),
        new("ConvLast_Relu6", new ConvLastOperator(Padded, FusedActivation.Relu6), Normal(1, 2, 9, 8, 1), Normal(2, 16, 1, 5, 5), Normal(3, 16)),
        new("ConvLast_HardSwish", new ConvLastOperator(Padded, FusedActivation.HardSwish), Normal(1, 2, 6, 8, 3), Normal(2, 8, 3, 5, 5)),
        new("ConvLast_HardSigmoid", new ConvLastOperator(Padded, FusedActivation.HardSigmoid), Normal(1, 2, 6, 8, 3), Normal(2, 8, 3, 5, 5)),
        new("ConvLast_Groups", new ConvLastOperator(Strided), Normal(1, 2, 9, 8, 4), Normal(2, 6, 2, 3, 3)),
        new("ConvLastInputGradient", new ConvLastInputGradientOperator(Padded, new Shape(3, 4, 9, 8)), Normal(1, 3, 9, 8, 17), Normal(2, 17, 4, 5, 5)),
        new("ConvLastInputGradient_Groups", new ConvLastInputGradientOperator(Strided, new Shape(2, 4, 9, 8)), Normal(1, 2, 4, 7, 6), Normal(2, 6, 2, 3, 3)),
        new("ConvLastWeightGradient", new ConvLastWeightGradientOperator(Padded, new Shape(17, 4, 5, 5)), Normal(1, 3, 9, 8, 4), Normal(2, 3, 9, 8, 17)) { Tolerance = 1e-4 },
        new("ConvLastWeightGradient_Groups", new ConvLastWeightGradientOperator(Strided, new Shape(6, 2, 3, 3)), Normal(1, 2, 9, 8, 4), Normal(2, 2, 4, 7, 6)) { Tolerance = 1e-4 },
        new("QLinearConvLast", new QLinearConvLastOperator(Padded), ConvolutionCases.Bytes(1, 2, 6, 5, 3), Tensor.Scalar(0.02f), Tensor.Scalar<byte>(128), ConvolutionCases.SignedBytes(2, 17, 3, 5, 5),
            Tensor.Scalar(0.01f), Tensor.Scalar<sbyte>(0), Tensor.Scalar(0.5f), Tensor.Scalar<byte>(7)),
        new("ConvIntegerLast", new ConvIntegerLastOperator(Padded), ConvolutionCases.Bytes(1, 2, 6, 5, 3), ConvolutionCases.SignedBytes(2, 17, 3, 5, 5), Tensor.Scalar<byte>(128)),
        new("ConvIntegerLast_NoZero", new ConvIntegerLastOperator(Strided), ConvolutionCases.Bytes(1, 2, 9, 8, 4), ConvolutionCases.SignedBytes(2, 6, 2, 3, 3)),
        new("AveragePoolLast", new AveragePoolLastOperator(Halves), Normal(1, 3, 9, 8, 17)),
        new("AveragePoolLast_Padded", new AveragePoolLastOperator(new PoolAttributes(new WindowAttributes(IntList.Create([3, 3]), IntList.Create([2, 2]), IntList.Create([1, 1, 1, 1])))), Normal(1, 2, 7, 6, 5)),
        new("AveragePoolLast_CountsPadding", new AveragePoolLastOperator(new PoolAttributes(new WindowAttributes(IntList.Create([3, 3]), Pads: IntList.Create([1, 1, 1, 1]))), true), Normal(1, 2, 7, 6, 5)),
        new("MaxPoolLast", new MaxPoolLastOperator(Halves), Normal(1, 3, 9, 8, 17)),
        new("MaxPoolLastGradient", new MaxPoolLastGradientOperator(Halves, new Shape(2, 3, 4, 4)), Normal(1, 2, 2, 2, 3), Places(2, 2, 2, 3)),
    ];

    /// <summary>The upper left corner of the window for even elements, the lower right one for odd ones.</summary>
    private static Tensor Places(int images, int rows, int columns, int channels)
    {
        var values = new int[images * rows * columns * channels];
        for (var i = 0; i < values.Length; i++)
        {
            int x = i / channels % columns, y = i / channels / columns % rows, odd = i % 2;
            values[i] = (((2 * y) + odd) * 2 * columns) + (2 * x) + odd;
        }

        return Tensor.Of<int>(new Shape(images, rows, columns, channels), values);
    }
}
