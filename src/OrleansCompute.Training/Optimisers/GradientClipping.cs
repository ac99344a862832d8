namespace OrleansCompute.Training.Optimisers;

/// <summary>Limits of the gradient before a step. The value limit comes first. Immutable.</summary>
public sealed record GradientClipping
{
    /// <summary>
    /// Largest Euclidean norm of the whole gradient, above 0; longer ones are shortened (Pascanu, Mikolov and Bengio 2013, algorithm 1).
    /// Null for no limit, the default.
    /// </summary>
    public float? MaxNorm { get; init; }

    /// <summary>Largest absolute value of an element, above 0; larger ones are cut. Null for no limit, the default.</summary>
    public float? MaxValue { get; init; }

    internal void Validate(List<string> errors)
    {
        OptionChecks.Above(errors, "Clipping.MaxNorm", MaxNorm ?? 1f, 0, float.MaxValue);
        OptionChecks.Above(errors, "Clipping.MaxValue", MaxValue ?? 1f, 0, float.MaxValue);
    }
}
