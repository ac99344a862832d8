using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class ElementwiseCases
{
    private static readonly Tensor _truth = Tensor.Of<bool>(new Shape(2, 3), [true, false, true, false, false, true]);
    private static readonly Tensor _otherTruth = Tensor.Of<bool>(new Shape(3), [true, true, false]);
    private static readonly Tensor _strange = Tensor.Vector(1f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, 3e38f);

    public static IEnumerable<OperatorCase> All { get; } =
    [
        new("Add_SameShape", new AddOperator(), Normal(1, 3, 5), Normal(2, 3, 5)),
        new("Add_Broadcast", new AddOperator(), Normal(1, 2, 1, 5), Normal(2, 3, 1)),
        new("Add_Int32WrapsAround", new AddOperator(), Tensor.Vector(int.MaxValue, -5), Tensor.Vector(1, 3)),
        new("Mul_SameShape", new MulOperator(), Normal(1, 3, 5), Normal(2, 3, 5)),
        new("Mul_Broadcast", new MulOperator(), Normal(1, 4, 3), Normal(2, 3)),
        new("Mul_Int64WrapsAround", new MulOperator(), Tensor.Vector(long.MaxValue, -5), Tensor.Vector(3L, 3)),
        new("Sub_SameShape", new SubOperator(), Normal(1, 3, 5), Normal(2, 3, 5)),
        new("Sub_Broadcast", new SubOperator(), Normal(1, 3, 1), Normal(2, 2, 1, 4)),
        new("Sub_UInt8WrapsAround", new SubOperator(), Tensor.Vector<byte>(3, 200), Tensor.Vector<byte>(5, 100)),
        new("Div_SameShape", new DivOperator(), Normal(1, 3, 5), Uniform(2, 0.5, 2, 3, 5)),
        new("Div_Broadcast", new DivOperator(), Normal(1, 5), Uniform(2, 0.5, 2, 3, 1)),
        new("Div_Int32CutsTheFraction", new DivOperator(), Tensor.Vector(7, -7, 7, -7), Tensor.Vector(2, 2, -2, -2)),
        new("Pow_Broadcast", new PowOperator(), Uniform(1, 0.5, 2, 3, 5), Normal(2, 5)),
        new("Pow_IntegerExponent", new PowOperator(), Uniform(1, 0.5, 2, 3), Tensor.Vector(2, 3, -1)),
        new("Pow_Integers", new PowOperator(), Tensor.Vector(-3L, 2, 10), Tensor.Vector(3L, 62, 0)),
        new("Mod_OfDividend", new ModOperator(true), Tensor.Vector(5.3f, -5.3f, 5.3f, -5.3f), Tensor.Vector(2f, 2, -2, -2)),
        new("Mod_OfDivisorInt32", new ModOperator(false), Tensor.Vector(7, -7, 7, -7, 6), Tensor.Vector(3, 3, -3, -3, 3)),
        new("Mod_OfDividendInt32", new ModOperator(true), Tensor.Vector(7, -7, 7, -7), Tensor.Vector(3, 3, -3, -3)),
        new("Affine", new AffineOperator(-2.5, 0.75), Normal(1, 3, 33)),
        new("Relu", new ReluOperator(), Normal(1, 4, 33)),
        new("ReluGradient", new ReluGradientOperator(), Normal(1, 4, 33), Normal(2, 4, 33)),
        new("Clip_Attributes", new ClipOperator(-0.5f, 0.7f), Normal(1, 4, 33)),
        new("Clip_Inputs", new ClipOperator(), Normal(1, 4, 33), Tensor.Scalar(-0.5f), Tensor.Scalar(0.7f)) { ChecksGradient = false },
        new("Clip_UpperInputOnly", new ClipOperator(), Normal(1, 4, 33), null, Tensor.Scalar(0.2f)) { ChecksGradient = false },
        new("Clip_Int8", new ClipOperator(), Tensor.Vector<sbyte>(-100, 5, 100), Tensor.Scalar<sbyte>(-3), Tensor.Scalar<sbyte>(50)),
        new("ClipGradient", new ClipGradientOperator(-0.5f, 0.7f), Normal(1, 4, 9), null, null, Normal(2, 4, 9)),
        new("Cast_FloatToHalf", new CastOperator(ElementType.Float16), Normal(1, 3, 7)) { ChecksGradient = false },
        new("Cast_FloatToDouble", new CastOperator(ElementType.Float64), Normal(1, 3, 7)),
        new("Cast_FloatToBFloat16", new CastOperator(ElementType.BFloat16), Normal(1, 3, 7)) { ChecksGradient = false },
        new("Cast_FloatToInt32", new CastOperator(ElementType.Int32), Tensor.Vector(2.7f, -2.7f, 0, 1e6f)) { ChecksGradient = false },
        new("Cast_FloatToBool", new CastOperator(ElementType.Bool), Tensor.Vector(2.7f, -0.2f, 0)) { ChecksGradient = false },
        new("Cast_Int64ToFloat", new CastOperator(ElementType.Float32), Tensor.Vector(3L, -70000)),
        new("Cast_Int32ToUInt8", new CastOperator(ElementType.UInt8), Tensor.Vector(3, 300, -1)),
        new("CastLike", new CastLikeOperator(), Normal(1, 3, 7), Tensor.Scalar(1.0)),
        new("Where_Broadcast", new WhereOperator(), _otherTruth, Normal(1, 2, 3), Normal(2, 2, 1)),
        new("Where_Int64", new WhereOperator(), _truth, Tensor.Scalar(5L), Tensor.Vector(1L, 2, 3)),
        new("Not", new NotOperator(), _truth),
        new("BitwiseNot", new BitwiseNotOperator(), Tensor.Vector(5, -1, 0)),
        new("IsNaN", new IsNaNOperator(), _strange),
        new("IsInf", new IsInfOperator(), _strange),
        new("IsInf_NegativeOnly", new IsInfOperator(DetectPositive: false), _strange),
        new("ZerosLike", new ZerosLikeOperator(), Normal(1, 2, 3)),
        new("OnesLike", new OnesLikeOperator(), Normal(1, 2, 3)),
        new("SumToLike", new SumToLikeOperator(), Normal(1, 2, 3, 4), Normal(2, 3, 1)),
        .. Enum.GetValues<MathFunction>().Select(function => new OperatorCase($"{function}", new MathOperator(function), Domain(function))),
        .. new[] { MathFunction.Neg, MathFunction.Abs, MathFunction.Sign, MathFunction.Square }
            .Select(function => new OperatorCase($"{function}_Int32", new MathOperator(function), Tensor.Vector(3, -4, 0, int.MinValue))),
        .. Enum.GetValues<Comparison>().SelectMany(comparison => new OperatorCase[]
        {
            new($"{comparison}_Broadcast", new ComparisonOperator(comparison), Tensor.Vector(1f, float.NaN, 2), Tensor.Of(new Shape(2, 1), [1f, 2f])),
            new($"{comparison}_Int64", new ComparisonOperator(comparison), Tensor.Vector(1L, long.MaxValue, 2), Tensor.Vector(1L, long.MaxValue - 1, 3)),
        }),
        new("Equal_Bool", new ComparisonOperator(Comparison.Equal), _truth, _otherTruth),
        .. Enum.GetValues<LogicFunction>().Select(function => new OperatorCase($"{function}", new LogicOperator(function), _truth, _otherTruth)),
        .. Enum.GetValues<BitwiseFunction>().Select(function => new OperatorCase(
            $"{function}", new BitwiseOperator(function), Tensor.Vector<byte>(0b1100_1010, 255, 1), Tensor.Vector<byte>(3, 9, 7))),
        .. Enum.GetValues<VariadicFunction>().SelectMany(function => new OperatorCase[]
        {
            new($"{function}_One", new VariadicOperator(function), Normal(1, 3, 5)),
            new($"{function}_ThreeBroadcast", new VariadicOperator(function), Normal(1, 3, 5), Normal(2, 5), Normal(3, 2, 3, 1)),
            new($"{function}_Int32", new VariadicOperator(function), Tensor.Vector(1, 9), Tensor.Vector(7, 3)),
        }),
    ];

    private static Tensor Domain(MathFunction function) => function switch
    {
        MathFunction.Sqrt or MathFunction.ReciprocalSqrt or MathFunction.Log or MathFunction.Reciprocal => Uniform(1, 0.2, 4, 3, 33),
        MathFunction.Asin or MathFunction.Acos or MathFunction.Atanh => Uniform(1, -0.9, 0.9, 3, 33),
        MathFunction.Acosh => Uniform(1, 1.2, 4, 3, 33),
        MathFunction.Tan => Uniform(1, -1.2, 1.2, 3, 33),
        _ => Normal(1, 3, 33),
    };
}
