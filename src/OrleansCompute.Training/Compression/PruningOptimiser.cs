using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Compression;

/// <summary>
/// Another optimiser that keeps pruned weights at zero, and prunes more of them as a schedule says. Its state in checkpoints has the mask
/// (1 for what is kept) as its last vector. Not thread-safe.
/// </summary>
public sealed class PruningOptimiser : IOptimiser
{
    private readonly IOptimiser _inner;
    private readonly SparsitySchedule _schedule;
    private readonly IReadOnlyList<ParameterSlice> _slices;
    private readonly float[] _mask;
    private double _sparsity;

    /// <summary>Wraps an optimiser.</summary>
    /// <param name="inner">Makes the steps.</param>
    /// <param name="schedule">How much is pruned when.</param>
    /// <param name="slices">The layers: weights are pruned.</param>
    /// <exception cref="ArgumentException">The schedule is out of range.</exception>
    public PruningOptimiser(IOptimiser inner, SparsitySchedule schedule, IReadOnlyList<ParameterSlice> slices)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(schedule);
        OptionChecks.Throw(schedule.Validate(), nameof(schedule));
        (_inner, _schedule) = (inner, schedule);
        _slices = ParameterSlices.Checked(slices, inner.ParameterCount);
        _mask = new float[inner.ParameterCount];
        Array.Fill(_mask, 1);
    }

    /// <inheritdoc/>
    public string Name => $"{_inner.Name}+prune";

    /// <inheritdoc/>
    public int ParameterCount => _inner.ParameterCount;

    /// <inheritdoc/>
    public long StepCount => _inner.StepCount;

    /// <inheritdoc/>
    public void Step(Span<float> parameters, ReadOnlySpan<float> gradient) => Step(parameters, gradient, StepScale.One);

    /// <inheritdoc/>
    public void Step(Span<float> parameters, ReadOnlySpan<float> gradient, StepScale scale)
    {
        _inner.Step(parameters, gradient, scale);
        System.Numerics.Tensors.TensorPrimitives.Multiply(parameters, _mask, parameters);
        var sparsity = _schedule.Sparsity(StepCount);
        if (sparsity > _sparsity)
        {
            _sparsity = sparsity;
            MagnitudePruner.Apply(parameters, _slices, sparsity);
            foreach (var slice in _slices.Where(slice => slice.IsWeight))
            {
                for (var i = slice.Offset; i < slice.Offset + slice.Length; i++)
                {
                    _mask[i] = parameters[i] == 0 ? 0 : 1;
                }
            }
        }
    }

    /// <inheritdoc/>
    public OptimiserState Export()
    {
        var state = _inner.Export();
        return state with { Name = Name, Slots = [.. state.Slots, (float[])_mask.Clone()], Scalars = [.. state.Scalars, _sparsity] };
    }

    /// <inheritdoc/>
    public void Import(OptimiserState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Name != Name || state.Slots.Count == 0 || state.Scalars.Count == 0 || state.Slots[^1].Length != ParameterCount
            || state.Slots[^1].Any(value => value is not (0 or 1)) || state.Scalars[^1] is not (>= 0 and <= 0.999))
        {
            throw new ArgumentException($"The optimiser state is of '{state.Name}'; expected '{Name}' with a mask of {ParameterCount} zeros and ones and a sparsity of 0 to 0.999.", nameof(state));
        }

        _inner.Import(state with
        {
            Name = _inner.Name,
            Slots = [.. state.Slots.Take(state.Slots.Count - 1)],
            Scalars = [.. state.Scalars.Take(state.Scalars.Count - 1)],
        });
        state.Slots[^1].CopyTo(_mask, 0);
        _sparsity = state.Scalars[^1];
    }
}
