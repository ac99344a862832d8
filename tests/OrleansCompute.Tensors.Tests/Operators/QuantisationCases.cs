using OrleansCompute.Tensors.Operators.Quantisation;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class QuantisationCases
{
    private static readonly Tensor Scales = Tensor.Vector(0.01f, 0.03f, 0.02f);

    public static IEnumerable<OperatorCase> All { get; } =
    [
        new("QuantizeLinear", new QuantizeLinearOperator(), Normal(1, 2, 3, 4), Tensor.Scalar(0.02f), Tensor.Scalar<byte>(128)),
        new("QuantizeLinear_Axis", new QuantizeLinearOperator(), Normal(1, 2, 3, 4), Scales, Tensor.Vector<sbyte>(0, 5, -7)),
        new("QuantizeLinear_Block", new QuantizeLinearOperator(1, 2, ElementType.Int16), Normal(1, 2, 5), Uniform(2, 0.01, 0.02, 2, 3)),
        new("DequantizeLinear", new DequantizeLinearOperator(), ConvolutionCases.Bytes(1, 2, 3, 4), Tensor.Scalar(0.02f), Tensor.Scalar<byte>(128)) { ChecksGradient = false },
        new("DequantizeLinear_Axis", new DequantizeLinearOperator(), ConvolutionCases.SignedBytes(1, 2, 3, 4), Scales),
        new("DequantizeLinear_Block", new DequantizeLinearOperator(0, 2), ConvolutionCases.SignedBytes(1, 4, 3), Uniform(2, 0.01, 0.02, 2, 3)),
        new("DynamicQuantizeLinear", new DynamicQuantizeLinearOperator(), Normal(1, 3, 7)),

        // A staircase: finite differences are 0 or infinite; FakeQuantizeTests checks the gradient.
        new("FakeQuantize", new FakeQuantizeOperator(), Normal(1, 2, 3, 4), Tensor.Scalar(0.01f)) { ChecksGradient = false },
        new("FakeQuantize_Axis", new FakeQuantizeOperator(0, 255), Normal(1, 2, 3, 4), Scales, Tensor.Vector(100f, 128f, 90f)) { ChecksGradient = false },
        new("FakeQuantizeGradient", new FakeQuantizeGradientOperator(), Normal(1, 2, 3, 4), Normal(2, 2, 3, 4), Scales),
    ];
}
