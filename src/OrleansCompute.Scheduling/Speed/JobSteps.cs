namespace OrleansCompute.Scheduling.Speed;

/// <summary>
/// What a job has measured of its steps on all types, and what its own law says of others: all of a job that others of its pool need. It refers
/// to nothing of theirs, so that whoever is remembered keeps nobody else alive. Not thread-safe.
/// </summary>
/// <param name="scores">Measured score of each type, above 0; a type that is missing counts as 1.</param>
/// <param name="unitBatch">The batch that the job was written for, 1 or more.</param>
internal sealed class JobSteps(IReadOnlyDictionary<string, double> scores, int unitBatch)
{
    private readonly Dictionary<string, TypeSteps> _types = new(StringComparer.Ordinal);

    /// <summary>The batch that the job was written for.</summary>
    public int UnitBatch { get; } = unitBatch;

    /// <summary>What was seen, by type.</summary>
    public IReadOnlyDictionary<string, TypeSteps> Types => _types;

    /// <summary>What was seen on a type; made where there is nothing yet.</summary>
    public TypeSteps Of(string type)
    {
        if (!_types.TryGetValue(type, out var known))
        {
            _types.Add(type, known = new TypeSteps());
        }

        return known;
    }

    /// <summary>What its own steps say; null where there is none.</summary>
    public StepTime? Predict(string acceleratorType, int nodes, int accelerators, double localBatch)
    {
        if (_types.TryGetValue(acceleratorType, out var known))
        {
            return known.Predict(nodes, accelerators, localBatch);
        }

        foreach (var (type, other) in _types)
        {
            var ratio = scores.GetValueOrDefault(type, 1) / scores.GetValueOrDefault(acceleratorType, 1);
            var step = other.Predict(nodes, accelerators, localBatch);
            return new StepTime(step.SyncSeconds + (step.PassSeconds * ratio), step.SyncSeconds);
        }

        return null;
    }
}
