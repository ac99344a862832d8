namespace OrleansCompute.Tensors.Operators.Optimisers;

/// <summary>The entries of this family in the registry.</summary>
internal static class OptimiserOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        new("Adam", OptimiserStepOperator.TrainingDomain, 1, request => new AdamOperator(
            OptimiserStepOperator.Count(request, 2),
            request.Attributes.Get("alpha", 0.9f),
            request.Attributes.Get("beta", 0.999f),
            request.Attributes.Get("epsilon", 1e-6f),
            request.Attributes.Get("norm_coefficient", 0f),
            request.Attributes.Get("norm_coefficient_post", 0f))),
        new("Momentum", OptimiserStepOperator.TrainingDomain, 1, request => new MomentumOperator(
            OptimiserStepOperator.Count(request, 1),
            request.Attributes.Require<float>("alpha"),
            request.Attributes.Require<float>("beta"),
            request.Attributes.Require<float>("norm_coefficient"),
            IsNesterov(request.Attributes.Require<string>("mode")))),
        new("Adagrad", OptimiserStepOperator.TrainingDomain, 1, request => new AdagradOperator(
            OptimiserStepOperator.Count(request, 1),
            request.Attributes.Get("decay_factor", 0f),
            request.Attributes.Get("epsilon", 0f),
            request.Attributes.Get("norm_coefficient", 0f))),
    ];

    private static bool IsNesterov(string mode) => mode switch
    {
        "nesterov" => true,
        "standard" => false,
        _ => throw new FormatException($"mode is '{mode}'; allowed: nesterov, standard"),
    };
}
