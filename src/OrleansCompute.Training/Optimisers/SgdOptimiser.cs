using System.Numerics;
using System.Runtime.InteropServices;

namespace OrleansCompute.Training.Optimisers;

/// <summary>Gradient descent with momentum: v = momentum * v + g; p -= rate * v. In place on flat vectors. Not thread-safe.</summary>
public sealed class SgdOptimiser : IOptimiser
{
    /// <summary>The name in checkpoints.</summary>
    public const string OptimiserName = "sgd";

    private readonly SgdOptions _options;
    private readonly float[] _velocity;

    /// <summary>Starts at rest.</summary>
    /// <param name="parameterCount">Number of parameters, 1 or more.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public SgdOptimiser(int parameterCount, SgdOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parameterCount, 1);
        _options = options ?? new SgdOptions();
        if (_options.Validate() is { Count: > 0 } errors)
        {
            throw new ArgumentException(string.Join(" ", errors), nameof(options));
        }

        _velocity = new float[parameterCount];
    }

    /// <inheritdoc/>
    public string Name => OptimiserName;

    /// <inheritdoc/>
    public int ParameterCount => _velocity.Length;

    /// <inheritdoc/>
    public long StepCount { get; private set; }

    /// <inheritdoc/>
    public void Step(Span<float> parameters, ReadOnlySpan<float> gradient)
    {
        VectorLengths.Check(ParameterCount, parameters.Length, gradient.Length);
        StepCount++;
        var (rate, momentum) = (_options.LearningRate, _options.Momentum);
        var wideParameters = MemoryMarshal.Cast<float, Vector<float>>(parameters);
        var wideGradient = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        var wideVelocity = MemoryMarshal.Cast<float, Vector<float>>(_velocity.AsSpan());
        for (var i = 0; i < wideParameters.Length; i++)
        {
            wideVelocity[i] = (wideVelocity[i] * momentum) + wideGradient[i];
            wideParameters[i] -= wideVelocity[i] * rate;
        }

        for (var i = wideParameters.Length * Vector<float>.Count; i < parameters.Length; i++)
        {
            _velocity[i] = (_velocity[i] * momentum) + gradient[i];
            parameters[i] -= _velocity[i] * rate;
        }
    }

    /// <inheritdoc/>
    public OptimiserState Export() => new(Name, StepCount, [(float[])_velocity.Clone()]);

    /// <inheritdoc/>
    public void Import(OptimiserState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Check(Name, 1, ParameterCount);
        StepCount = state.StepCount;
        state.Slots[0].CopyTo(_velocity, 0);
    }
}
