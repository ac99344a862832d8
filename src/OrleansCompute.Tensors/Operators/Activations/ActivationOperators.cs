namespace OrleansCompute.Tensors.Operators.Activations;

/// <summary>The entries of this family in the registry.</summary>
internal static class ActivationOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        Plain(ActivationFunction.Sigmoid, 6),
        Plain(ActivationFunction.Tanh, 6),
        Plain(ActivationFunction.HardSwish, 14),
        Plain(ActivationFunction.Softplus, 1),
        Plain(ActivationFunction.Softsign, 1),
        Plain(ActivationFunction.Mish, 18),
        Parameterised(ActivationFunction.LeakyRelu, 6, ("alpha", 0.01f), null),
        Parameterised(ActivationFunction.Elu, 6, ("alpha", 1), null),
        Parameterised(ActivationFunction.Selu, 6, ("alpha", 1.67326319217681884765625f), ("gamma", 1.05070102214813232421875f)),
        Parameterised(ActivationFunction.Celu, 12, ("alpha", 1), null),
        Parameterised(ActivationFunction.ThresholdedRelu, 10, ("alpha", 1), null),
        Parameterised(ActivationFunction.HardSigmoid, 6, ("alpha", 0.2f), ("beta", 0.5f)),
        Parameterised(ActivationFunction.Shrink, 9, ("lambd", 0.5f), ("bias", 0)),
        new("Gelu", 20, CreateGelu),
        new("Gelu", "com.microsoft", 1, _ => new ActivationOperator(ActivationFunction.Gelu)),
        new("Silu", "oc", 1, _ => new ActivationOperator(ActivationFunction.Silu)),
        new("PRelu", 6, _ => new PReluOperator()),
        new("Softmax", 1, request => new SoftmaxOperator(Axis(request), IsFlat(request))),
        new("LogSoftmax", 1, request => new LogSoftmaxOperator(Axis(request), IsFlat(request))),
        new("Hardmax", 1, request => new HardmaxOperator(Axis(request), IsFlat(request))),
    ];

    /// <summary>Until opset 12 the input is seen as a matrix, split at the axis, which is 1 if it is not given.</summary>
    private static bool IsFlat(OperatorRequest request) => request.Opset < 13;

    private static int Axis(OperatorRequest request) => request.Attributes.Number("axis", IsFlat(request) ? 1 : -1);

    private static OperatorDefinition Plain(ActivationFunction function, int since) =>
        new(function.ToString(), since, _ => new ActivationOperator(function));

    private static OperatorDefinition Parameterised(ActivationFunction function, int since, (string Name, float Default) alpha, (string Name, float Default)? beta) =>
        new(function.ToString(), since, request => new ActivationOperator(
            function, request.Attributes.Get(alpha.Name, alpha.Default), beta is { } second ? request.Attributes.Get(second.Name, second.Default) : 0));

    private static ActivationOperator CreateGelu(OperatorRequest request) => request.Attributes.Get("approximate", "none") switch
    {
        "none" => new ActivationOperator(ActivationFunction.Gelu),
        "tanh" => new ActivationOperator(ActivationFunction.GeluTanh),
        var other => throw new FormatException($"Gelu: approximate is '{other}'; allowed: none, tanh."),
    };
}
