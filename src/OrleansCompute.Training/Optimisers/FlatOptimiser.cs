using System.Numerics.Tensors;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Training.Optimisers;

/// <summary>What the methods share: vectors of state, the step size of the schedule, clipping, checkpoints. Not thread-safe; a step allocates nothing.</summary>
public abstract class FlatOptimiser : IOptimiser
{
    private readonly OptimiserOptions _options;
    private readonly float[][] _slots;
    private readonly float[] _clipped;

    private protected FlatOptimiser(
        string name, int parameterCount, int slotCount, OptimiserOptions options, IReadOnlyList<ParameterSlice>? slices, SimdLevel? level)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parameterCount, 1);
        OptionChecks.Throw(options.Validate(), nameof(options));
        Slices = ParameterSlices.Checked(slices, parameterCount);
        (Name, ParameterCount, _options) = (name, parameterCount, options);
        Level = level ?? SimdSupport.Best;
        _slots = new float[slotCount][];
        for (var i = 0; i < slotCount; i++)
        {
            _slots[i] = new float[parameterCount];
        }

        _clipped = options.Clipping?.MaxValue is null ? [] : new float[parameterCount];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int ParameterCount { get; }

    /// <inheritdoc/>
    public long StepCount { get; private set; }

    /// <summary>Step size of the next step.</summary>
    public float NextRate => RateAt(StepCount);

    private protected SimdLevel Level { get; }

    private protected ParameterSlice[] Slices { get; }

    /// <inheritdoc/>
    /// <exception cref="NonFiniteGradientException">The gradient's norm is to be limited, but is not finite; nothing was changed.</exception>
    public void Step(Span<float> parameters, ReadOnlySpan<float> gradient) => Step(parameters, gradient, StepScale.One);

    /// <inheritdoc/>
    /// <exception cref="NonFiniteGradientException">The gradient's norm is to be limited, but is not finite; nothing was changed.</exception>
    public void Step(Span<float> parameters, ReadOnlySpan<float> gradient, StepScale scale)
    {
        if (!double.IsFinite(scale.RateFactor) || scale.RateFactor <= 0 || scale.SchedulePosition < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "RateFactor must be finite and above 0, and SchedulePosition 0 or more.");
        }

        if (parameters.Length != ParameterCount || gradient.Length != ParameterCount)
        {
            throw new ArgumentException(
                $"The optimiser was made for {ParameterCount} parameters; given were {parameters.Length} parameters and {gradient.Length} gradient values.");
        }

        if (_options.Clipping?.MaxValue is { } maxValue)
        {
            TensorPrimitives.Clamp(gradient, -maxValue, maxValue, _clipped);
            gradient = _clipped;
        }

        var gradientScale = 1f;
        if (_options.Clipping?.MaxNorm is { } maxNorm)
        {
            gradientScale = OptimiserSteps.ClipFactor(OptimiserSteps.SumOfSquares(Level, gradient), maxNorm);
            if (float.IsNaN(gradientScale))
            {
                throw new NonFiniteGradientException($"The gradient of step {StepCount} is not finite. Lower the learning rate, or check the data.");
            }
        }

        var rate = RateAt(scale.SchedulePosition ?? StepCount) * (float)scale.RateFactor;
        StepCount++;
        Update(parameters, gradient, rate, gradientScale);
    }

    /// <inheritdoc/>
    public OptimiserState Export() => new(Name, StepCount, [.. _slots.Select(slot => (float[])slot.Clone())]);

    /// <inheritdoc/>
    public void Import(OptimiserState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Check(Name, _slots.Length, ParameterCount);
        StepCount = state.StepCount;
        for (var i = 0; i < _slots.Length; i++)
        {
            state.Slots[i].CopyTo(_slots[i], 0);
        }
    }

    private float RateAt(long position) => _options.Schedule is { } schedule ? (float)schedule.Rate(position) : _options.BaseRate;

    private protected Span<float> Slot(int index, ParameterSlice slice) => _slots[index].AsSpan(slice.Offset, slice.Length);

    private protected abstract void Update(Span<float> parameters, ReadOnlySpan<float> gradient, float rate, float gradientScale);
}
