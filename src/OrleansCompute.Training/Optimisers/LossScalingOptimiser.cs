using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Training.Optimisers;

/// <summary>
/// The optimiser's side of mixed precision: takes the loss scale out of the gradient and leaves a step out when the gradient is not finite.
/// The parameters it moves are the float32 master weights; the model rounds its own copies. A step left out counts in
/// <see cref="StepCount"/>, so that workers stay in step, but not in the wrapped optimiser. Not thread-safe.
/// </summary>
public sealed class LossScalingOptimiser : IOptimiser
{
    private readonly IOptimiser _inner;
    private readonly LossScaler _scaler;
    private readonly float[] _gradient;

    /// <summary>Wraps an optimiser.</summary>
    /// <param name="inner">Makes the steps.</param>
    /// <param name="scaler">The scale that the model multiplies its loss by.</param>
    public LossScalingOptimiser(IOptimiser inner, LossScaler scaler)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(scaler);
        (_inner, _scaler) = (inner, scaler);
        _gradient = new float[inner.ParameterCount];
    }

    /// <inheritdoc/>
    public string Name => $"{_inner.Name}+scale";

    /// <inheritdoc/>
    public int ParameterCount => _inner.ParameterCount;

    /// <inheritdoc/>
    public long StepCount { get; private set; }

    /// <summary>The scale.</summary>
    public LossScaler Scaler => _scaler;

    /// <inheritdoc/>
    public void Step(Span<float> parameters, ReadOnlySpan<float> gradient) => Step(parameters, gradient, StepScale.One);

    /// <inheritdoc/>
    public void Step(Span<float> parameters, ReadOnlySpan<float> gradient, StepScale scale)
    {
        if (parameters.Length != ParameterCount || gradient.Length != ParameterCount)
        {
            throw new ArgumentException(
                $"The optimiser was made for {ParameterCount} parameters; given were {parameters.Length} parameters and {gradient.Length} gradient values.");
        }

        gradient.CopyTo(_gradient);
        var isFinite = OptimiserSteps.Unscale(SimdSupport.Best, 1 / _scaler.Scale, _gradient);
        if (isFinite)
        {
            _inner.Step(parameters, _gradient, scale);
        }

        StepCount++;
        _scaler.Update(isFinite);
    }

    /// <inheritdoc/>
    public OptimiserState Export()
    {
        var state = _inner.Export();
        return state with { Name = Name, StepCount = StepCount, Scalars = [.. state.Scalars, state.StepCount, .. _scaler.Export()] };
    }

    /// <inheritdoc/>
    public void Import(OptimiserState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var own = state.Scalars.Count - 4;
        if (state.Name != Name || own < 0 || !(state.Scalars[own] >= 0 && state.Scalars[own] <= state.StepCount))
        {
            throw new ArgumentException($"The optimiser state is of '{state.Name}' with {state.Scalars.Count} single numbers; expected '{Name}' with its loss scale.", nameof(state));
        }

        _inner.Import(state with
        {
            Name = _inner.Name,
            StepCount = (long)state.Scalars[own],
            Scalars = [.. state.Scalars.Take(own)],
        });
        _scaler.Import([.. state.Scalars.Skip(own + 1)]);
        StepCount = state.StepCount;
    }
}
