namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>The entries of this family in the registry.</summary>
internal static class ElementwiseOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        new("Add", 6, _ => new AddOperator()),
        new("Sub", 6, _ => new SubOperator()),
        new("Mul", 6, _ => new MulOperator()),
        new("Div", 6, _ => new DivOperator()),
        new("Pow", 6, _ => new PowOperator()),
        new("Mod", 10, request => new ModOperator(request.Attributes.Number("fmod", 0) != 0)),
        new("Relu", 6, _ => new ReluOperator()),
        new("Clip", 6, CreateClip),
        new("Cast", 6, CastOperator.Create),
        new("CastLike", 15, _ => new CastLikeOperator()),
        new("Where", 9, _ => new WhereOperator()),
        new("Not", 1, _ => new NotOperator()),
        new("BitwiseNot", 18, _ => new BitwiseNotOperator()),
        new("BitShift", 11, CreateShift),
        new("IsNaN", 9, _ => new IsNaNOperator()),
        new("IsInf", 10, request => new IsInfOperator(
            request.Attributes.Number("detect_positive", 1) != 0, request.Attributes.Number("detect_negative", 1) != 0)),
        .. Enum.GetValues<MathFunction>().Select(function => new MathOperator(function))
            .Select(math => new OperatorDefinition(math.Name, math.Domain, Since(math.Function), _ => math)),
        .. Enum.GetValues<Comparison>().Select(comparison => new OperatorDefinition(
            comparison.ToString(), comparison is Comparison.LessOrEqual or Comparison.GreaterOrEqual ? 12 : 7, _ => new ComparisonOperator(comparison))),
        .. Enum.GetValues<LogicFunction>().Select(function => new OperatorDefinition(function.ToString(), 7, _ => new LogicOperator(function))),
        .. new[] { BitwiseFunction.BitwiseAnd, BitwiseFunction.BitwiseOr, BitwiseFunction.BitwiseXor }
            .Select(function => new OperatorDefinition(function.ToString(), 18, _ => new BitwiseOperator(function))),
        .. Enum.GetValues<VariadicFunction>().Select(function => new OperatorDefinition(function.ToString(), 6, _ => new VariadicOperator(function))),
        new("Affine", "oc", 1, request => new AffineOperator(request.Attributes.Get("factor", 1f), request.Attributes.Get("offset", 0f))),
    ];

    private static int Since(MathFunction function) => function switch
    {
        MathFunction.Sin or MathFunction.Cos or MathFunction.Tan or MathFunction.Asin or MathFunction.Acos or MathFunction.Atan => 7,
        MathFunction.Sinh or MathFunction.Cosh or MathFunction.Asinh or MathFunction.Acosh or MathFunction.Atanh or MathFunction.Erf or MathFunction.Sign => 9,
        MathFunction.Round => 11,
        MathFunction.Square or MathFunction.ReciprocalSqrt => 1,
        _ => 6,
    };

    /// <summary>Bounds are attributes before opset 11, where leaving them out meant the limits of float32, and inputs since then.</summary>
    private static ClipOperator CreateClip(OperatorRequest request) => request.Opset >= 11
        ? new ClipOperator()
        : new ClipOperator(
            request.Attributes.Has("min") ? request.Attributes.Require<float>("min") : null,
            request.Attributes.Has("max") ? request.Attributes.Require<float>("max") : null);

    private static BitwiseOperator CreateShift(OperatorRequest request) => request.Attributes.Require<string>("direction") switch
    {
        "LEFT" => new BitwiseOperator(BitwiseFunction.ShiftLeft),
        "RIGHT" => new BitwiseOperator(BitwiseFunction.ShiftRight),
        var other => throw new FormatException($"BitShift: direction is '{other}'; allowed: LEFT, RIGHT."),
    };
}
