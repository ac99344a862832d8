using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class PhysicalCases
{
    public static IEnumerable<OperatorCase> All { get; } =
    [
        new("Fill", new FillOperator(TensorType.Real(3, 17), 2.5)),
        new("Fill_Int64", new FillOperator(new TensorType(ElementType.Int64, new Shape(5)), 7)),
        new("View", new ViewOperator(new Shape(4, 6)), Normal(1, 2, 3, 4)),
        new("FusedGemm", new FusedGemmOperator(), Normal(1, 33, 20), Normal(2, 20, 17), Normal(3, 17)),
        new("FusedGemm_Rows", new FusedGemmOperator(0.5f, false, true, FusedActivation.Gelu), Normal(1, 2, 5, 20), Normal(2, 17, 20), Normal(3, 17)),
        new("FusedGemm_TransposedLeft", new FusedGemmOperator(1, true, false, FusedActivation.Relu), Normal(1, 20, 33), Normal(2, 20, 17)),
        new("FusedGemm_OneRow", new FusedGemmOperator(Activation: FusedActivation.Tanh), Normal(1, 1, 200), Normal(2, 200, 130), Normal(3, 130)) { Tolerance = 1e-4 },
        new("Barrier", new BarrierOperator(), Normal(1, 2, 3), Normal(2, 4)),
        new("SumTo_Rows", new SumToOperator(new Shape(33)), Normal(1, 70, 33)),
        new("SumTo_Columns", new SumToOperator(new Shape(70, 1)), Normal(1, 70, 33)),
        new("SumTo_Channels", new SumToOperator(new Shape(1, 3, 1, 1)), Normal(1, 2, 3, 5, 7)),
        new("SumTo_Scalar", new SumToOperator(Shape.Scalar), Normal(1, 5, 7)),
        new("ClassifierLoss", new ClassifierLossOperator(), Normal(1, 7, 10), Tensor.Vector(3, 0, 9, 5, -100, 2, 2)) { ChecksGradient = false },
        new("ClassifierLoss_Tokens", new ClassifierLossOperator(), Normal(1, 2, 3, 65), Tensor.Of(new Shape(2, 3), [3, 0, 64, 5, 1, 2])) { ChecksGradient = false },
        .. Enum.GetValues<ElementOpcode>().Select(Single),
        new(
            "Fused_Chain",
            new FusedElementwiseOperator(new ElementProgram(
                3, new(ElementOpcode.Mul, 0, 1), new(ElementOpcode.Add, 3, 2), new(ElementOpcode.Relu, 4), new(ElementOpcode.Sub, 5, 0))),
            Normal(1, 4, 5, 700),
            Normal(2, 700),
            Normal(3, 5, 1)),
        new(
            "Fused_AllBroadcast",
            new FusedElementwiseOperator(new ElementProgram(2, new(ElementOpcode.Add, 0, 1), new(ElementOpcode.Tanh, 2))),
            Normal(1, 3, 1, 4),
            Normal(2, 5, 1)),
        new(
            "Fused_Large",
            new FusedElementwiseOperator(new ElementProgram(3, new(ElementOpcode.Mul, 0, 1), new(ElementOpcode.Add, 3, 2), new(ElementOpcode.Sigmoid, 4))),
            Normal(1, 90, 1111),
            Normal(2),
            Normal(3, 1111)),
    ];

    private static OperatorCase Single(ElementOpcode opcode)
    {
        var step = new ElementStep(opcode, 0, 1, 0.75f, 1.25f);
        var positive = opcode is ElementOpcode.Log or ElementOpcode.Sqrt or ElementOpcode.ReciprocalSqrt;
        var first = positive ? Uniform(1, 0.1, 4, 3, 41) : Uniform(1, -4, 4, 3, 41);
        return step.IsBinary
            ? new($"Fused_{opcode}", new FusedElementwiseOperator(new ElementProgram(2, step)), first, Uniform(2, 0.5, 2, 3, 41))
            : new($"Fused_{opcode}", new FusedElementwiseOperator(new ElementProgram(1, step)), first);
    }
}
