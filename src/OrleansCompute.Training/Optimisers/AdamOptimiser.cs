using System.Numerics;
using System.Runtime.InteropServices;

namespace OrleansCompute.Training.Optimisers;

/// <summary>
/// Adam with bias correction (Kingma and Ba 2015), in place on flat vectors, in the order of operations that section 2 of the paper
/// gives as the efficient one: alpha_t = alpha * sqrt(1 - beta2^t) / (1 - beta1^t), with epsilon scaled alike so that the result is that
/// of Algorithm 1. Not thread-safe.
/// </summary>
public sealed class AdamOptimiser : IOptimiser
{
    /// <summary>The name in checkpoints.</summary>
    public const string OptimiserName = "adam";

    private readonly AdamOptions _options;
    private readonly float[] _mean;
    private readonly float[] _variance;

    /// <summary>Starts with both moments at zero.</summary>
    /// <param name="parameterCount">Number of parameters, 1 or more.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public AdamOptimiser(int parameterCount, AdamOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parameterCount, 1);
        _options = options ?? new AdamOptions();
        if (_options.Validate() is { Count: > 0 } errors)
        {
            throw new ArgumentException(string.Join(" ", errors), nameof(options));
        }

        _mean = new float[parameterCount];
        _variance = new float[parameterCount];
    }

    /// <inheritdoc/>
    public string Name => OptimiserName;

    /// <inheritdoc/>
    public int ParameterCount => _mean.Length;

    /// <inheritdoc/>
    public long StepCount { get; private set; }

    /// <inheritdoc/>
    public void Step(Span<float> parameters, ReadOnlySpan<float> gradient)
    {
        VectorLengths.Check(ParameterCount, parameters.Length, gradient.Length);
        StepCount++;
        var (beta1, beta2) = (_options.Beta1, _options.Beta2);
        // In double: 0.999f^t loses the correction's digits in float after a few thousand steps.
        var correction2 = Math.Sqrt(1 - Math.Pow(beta2, StepCount));
        var rate = (float)(_options.LearningRate * correction2 / (1 - Math.Pow(beta1, StepCount)));
        var epsilon = (float)(_options.Epsilon * correction2);

        var wideParameters = MemoryMarshal.Cast<float, Vector<float>>(parameters);
        var wideGradient = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        var wideMean = MemoryMarshal.Cast<float, Vector<float>>(_mean.AsSpan());
        var wideVariance = MemoryMarshal.Cast<float, Vector<float>>(_variance.AsSpan());
        var wideEpsilon = new Vector<float>(epsilon);
        for (var i = 0; i < wideParameters.Length; i++)
        {
            var g = wideGradient[i];
            var m = (wideMean[i] * beta1) + (g * (1 - beta1));
            var v = (wideVariance[i] * beta2) + (g * g * (1 - beta2));
            wideMean[i] = m;
            wideVariance[i] = v;
            wideParameters[i] -= m * rate / (Vector.SquareRoot(v) + wideEpsilon);
        }

        for (var i = wideParameters.Length * Vector<float>.Count; i < parameters.Length; i++)
        {
            var g = gradient[i];
            _mean[i] = (_mean[i] * beta1) + (g * (1 - beta1));
            _variance[i] = (_variance[i] * beta2) + (g * g * (1 - beta2));
            parameters[i] -= _mean[i] * rate / (MathF.Sqrt(_variance[i]) + epsilon);
        }
    }

    /// <inheritdoc/>
    public OptimiserState Export() => new(Name, StepCount, [(float[])_mean.Clone(), (float[])_variance.Clone()]);

    /// <inheritdoc/>
    public void Import(OptimiserState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Check(Name, 2, ParameterCount);
        StepCount = state.StepCount;
        state.Slots[0].CopyTo(_mean, 0);
        state.Slots[1].CopyTo(_variance, 0);
    }
}
