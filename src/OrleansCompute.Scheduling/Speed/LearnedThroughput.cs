namespace OrleansCompute.Scheduling.Speed;

/// <summary>
/// Throughput learned while jobs run: one <see cref="StepTimeFit"/> per accelerator type, renewed when a new configuration was seen.
/// A type that was never used is predicted from the one that was, by the ratio of their measured scores. Not thread-safe.
/// </summary>
/// <param name="scores">Measured score of each type, above 0; a type that is missing counts as 1.</param>
/// <param name="maxLocalBatch">Largest batch of one accelerator by type, nodes and accelerators; null where it is the same everywhere.</param>
public sealed class LearnedThroughput(
    IReadOnlyDictionary<string, double> scores, Func<string, int, int, int>? maxLocalBatch = null) : IThroughputModel
{
    // A job that ran with n accelerators is asked no more than four times as many: beyond, the law is a guess. Pollux' two takes one
    // restart more to get anywhere: 1.5 % longer mean completion on its workloads.
    private const int TrustFactor = 4;
    private readonly Dictionary<string, Known> _types = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public int Version { get; private set; }

    /// <summary>Whether nothing was seen yet.</summary>
    public bool IsEmpty => _types.Count == 0;

    /// <summary>Takes in a measured step; one of a configuration that is known already changes nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A time is not above 0.</exception>
    public void Observe(string acceleratorType, StepObservation step)
    {
        ArgumentNullException.ThrowIfNull(acceleratorType);
        if (!(step.Time.StepSeconds > 0) || !(step.Time.PassSeconds > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(step), step.Time, "StepSeconds and PassSeconds must be above 0.");
        }

        if (!_types.TryGetValue(acceleratorType, out var known))
        {
            _types.Add(acceleratorType, known = new Known());
        }

        if (known.Seen.Add((step.Nodes, step.Accelerators, step.LocalBatch)))
        {
            known.Steps.Add(step);
            known.Fit = null;
            known.MaxAccelerators = Math.Max(known.MaxAccelerators, step.Accelerators);
            Version++;
        }
    }

    /// <inheritdoc/>
    public StepTime? Predict(string acceleratorType, int nodes, int accelerators, int localBatch)
    {
        if (_types.TryGetValue(acceleratorType, out var known))
        {
            return known.Predict(nodes, accelerators, localBatch);
        }

        foreach (var (type, other) in _types)
        {
            var ratio = scores.GetValueOrDefault(type, 1) / scores.GetValueOrDefault(acceleratorType, 1);
            var step = other.Law.Predict(nodes, accelerators, localBatch);
            return new StepTime(step.SyncSeconds + (step.PassSeconds * ratio), step.SyncSeconds);
        }

        return null;
    }

    /// <inheritdoc/>
    public int MaxLocalBatch(string acceleratorType, int nodes, int accelerators) =>
        maxLocalBatch?.Invoke(acceleratorType, nodes, accelerators) ?? int.MaxValue;

    /// <inheritdoc/>
    public int MaxTrustedAccelerators(string acceleratorType) =>
        _types.TryGetValue(acceleratorType, out var known) ? TrustFactor * known.MaxAccelerators : 1;

    private sealed class Known
    {
        public HashSet<(int, int, int)> Seen { get; } = [];

        public List<StepObservation> Steps { get; } = [];

        public int MaxAccelerators { get; set; }

        public StepTimeFit? Fit { get; set; }

        public StepTimeFit Law => Fit ??= new StepTimeFit(Steps);

        // Where the job has run before, the law only carries the measured step over to other batches.
        public StepTime Predict(int nodes, int accelerators, int localBatch)
        {
            var law = Law.Predict(nodes, accelerators, localBatch);
            StepObservation? nearest = null;
            var least = double.PositiveInfinity;
            foreach (var step in Steps)
            {
                if (step.Nodes == nodes && step.Accelerators == accelerators
                    && Math.Abs(Math.Log((double)step.LocalBatch / localBatch)) is var distance && distance < least)
                {
                    (nearest, least) = (step, distance);
                }
            }

            if (nearest is not { } seen)
            {
                return law;
            }

            var there = Law.Predict(nodes, accelerators, seen.LocalBatch);
            var whole = law.StepSeconds * seen.Time.StepSeconds / there.StepSeconds;
            return new StepTime(whole, Math.Max(0, whole - (law.PassSeconds * seen.Time.PassSeconds / there.PassSeconds)));
        }
    }
}
