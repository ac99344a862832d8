namespace OrleansCompute.Training.Optimisers;

/// <summary>Moves parameters along a gradient. Deterministic: equal states and gradients give equal bits on equal hardware. Not thread-safe.</summary>
public interface IOptimiser
{
    /// <summary>Names the method in checkpoints: <c>adam</c>, <c>sgd</c>.</summary>
    string Name { get; }

    /// <summary>Number of parameters it was made for.</summary>
    int ParameterCount { get; }

    /// <summary>Updates made so far.</summary>
    long StepCount { get; }

    /// <summary>Updates the parameters in place.</summary>
    /// <param name="parameters">Exactly <see cref="ParameterCount"/> values.</param>
    /// <param name="gradient">Mean gradient over the batch, exactly as long.</param>
    void Step(Span<float> parameters, ReadOnlySpan<float> gradient);

    /// <summary>Updates the parameters in place by a step of another size.</summary>
    /// <param name="parameters">Exactly <see cref="ParameterCount"/> values.</param>
    /// <param name="gradient">Mean gradient over the batch, exactly as long.</param>
    /// <param name="scale">How the step differs; <see cref="StepScale.One"/> gives the same bits as the method without it.</param>
    void Step(Span<float> parameters, ReadOnlySpan<float> gradient, StepScale scale);

    /// <summary>A copy of the state.</summary>
    OptimiserState Export();

    /// <summary>Replaces the state by a copy of the given one.</summary>
    /// <param name="state">From an optimiser of the same name and size.</param>
    /// <exception cref="ArgumentException">The state is of another optimiser or model.</exception>
    void Import(OptimiserState state);
}
