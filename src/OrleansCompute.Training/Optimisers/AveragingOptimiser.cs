using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Training.Optimisers;

/// <summary>
/// Another optimiser with an exponential moving average of the parameters beside it (Polyak and Juditsky 1992, in the form
/// average += (1 - decay) (p - average)): evaluate and publish the average, train on. With <c>warmsUp</c> the decay of step t is
/// min(decay, (1 + t) / (10 + t)), so that the first, bad values are soon forgotten. Not thread-safe.
/// </summary>
public sealed class AveragingOptimiser : IOptimiser
{
    private readonly IOptimiser _inner;
    private readonly float _decay;
    private readonly bool _warmsUp;
    private readonly float[] _average;

    /// <summary>Joins an optimiser with an average, which starts at the parameters of the first step.</summary>
    /// <param name="inner">Makes the steps.</param>
    /// <param name="decay">0 to below 1. Default 0.999.</param>
    /// <param name="warmsUp">Whether the decay rises with the steps. Default true.</param>
    /// <exception cref="ArgumentException">The decay is out of range.</exception>
    public AveragingOptimiser(IOptimiser inner, float decay = 0.999f, bool warmsUp = true)
    {
        ArgumentNullException.ThrowIfNull(inner);
        var errors = new List<string>();
        OptionChecks.Below(errors, "decay", decay, 0, 1);
        OptionChecks.Throw(errors, nameof(decay));
        (_inner, _decay, _warmsUp) = (inner, decay, warmsUp);
        _average = new float[inner.ParameterCount];
    }

    /// <inheritdoc/>
    public string Name => $"{_inner.Name}+ema";

    /// <inheritdoc/>
    public int ParameterCount => _inner.ParameterCount;

    /// <inheritdoc/>
    public long StepCount => _inner.StepCount;

    /// <summary>The averaged parameters; zeros before the first step.</summary>
    public ReadOnlySpan<float> Average => _average;

    /// <inheritdoc/>
    public void Step(Span<float> parameters, ReadOnlySpan<float> gradient) => Step(parameters, gradient, StepScale.One);

    /// <inheritdoc/>
    public void Step(Span<float> parameters, ReadOnlySpan<float> gradient, StepScale scale)
    {
        if (StepCount == 0 && parameters.Length == _average.Length)
        {
            parameters.CopyTo(_average);
        }

        _inner.Step(parameters, gradient, scale);
        var decay = _warmsUp ? Math.Min(_decay, (1f + StepCount) / (10f + StepCount)) : _decay;
        OptimiserSteps.Average(SimdSupport.Best, decay, parameters, _average);
    }

    /// <inheritdoc/>
    public OptimiserState Export()
    {
        var state = _inner.Export();
        return state with { Name = Name, Slots = [.. state.Slots, (float[])_average.Clone()] };
    }

    /// <inheritdoc/>
    public void Import(OptimiserState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Name != Name || state.Slots.Count == 0 || state.Slots[^1].Length != ParameterCount)
        {
            throw new ArgumentException($"The optimiser state is of '{state.Name}' with {state.Slots.Count} vectors; expected '{Name}' with the average of {ParameterCount} parameters as its last.", nameof(state));
        }

        _inner.Import(state with { Name = _inner.Name, Slots = [.. state.Slots.Take(state.Slots.Count - 1)] });
        state.Slots[^1].CopyTo(_average, 0);
    }
}
