namespace OrleansCompute.Training.Optimisers;

/// <summary>
/// The loss scale that keeps small gradients above what float16 can hold: halved when a gradient is not finite, doubled after a row of
/// good steps. One per worker, shared by model and optimiser; all workers see the same reduced gradient and so agree. Not thread-safe.
/// </summary>
public sealed class LossScaler
{
    private readonly LossScaleOptions _options;

    /// <summary>Starts at the initial scale.</summary>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public LossScaler(LossScaleOptions? options = null)
    {
        _options = options ?? new LossScaleOptions();
        OptionChecks.Throw(_options.Validate(), nameof(options));
        Scale = _options.InitialScale;
    }

    /// <summary>Factor of the loss, and so of all gradients, in the next step. Never below 1.</summary>
    public float Scale { get; private set; }

    /// <summary>Good steps since the scale last changed.</summary>
    public int GoodSteps { get; private set; }

    /// <summary>Steps left out so far because their gradient was not finite.</summary>
    public long SkippedSteps { get; private set; }

    /// <summary>Takes note of a step's gradient.</summary>
    /// <param name="isFinite">Whether all of it was finite.</param>
    public void Update(bool isFinite)
    {
        if (!isFinite)
        {
            SkippedSteps++;
            GoodSteps = 0;
            Scale = Math.Max(1, Scale * _options.BackoffFactor);
        }
        else if (++GoodSteps >= _options.GrowthInterval)
        {
            GoodSteps = 0;
            Scale = Math.Min(_options.MaxScale, Scale * _options.GrowthFactor);
        }
    }

    internal double[] Export() => [Scale, GoodSteps, SkippedSteps];

    internal void Import(IReadOnlyList<double> state)
    {
        var (scale, good, skipped) = (state[0], state[1], state[2]);
        if (!(scale >= 1 && scale <= _options.MaxScale && good >= 0 && good <= int.MaxValue && skipped >= 0 && skipped <= long.MaxValue))
        {
            throw new ArgumentException($"The loss scale's state is {scale}, {good} good steps, {skipped} skipped; allowed: 1 to {_options.MaxScale}, and 0 or more.", nameof(state));
        }

        (Scale, GoodSteps, SkippedSteps) = ((float)scale, (int)good, (long)skipped);
    }
}
