namespace OrleansCompute.Scheduling.Speed;

/// <summary>Steps of a job that were measured on one accelerator type, and what its own law says of others. Not thread-safe.</summary>
internal sealed class TypeSteps
{
    private readonly HashSet<(int, int, int)> _seen = [];
    private readonly List<StepObservation> _steps = [];
    private readonly Dictionary<(int Nodes, int Accelerators), List<StepObservation>> _places = [];
    private StepTimeFit? _fit;

    /// <summary>By nodes and accelerators, each in the order in which they were seen.</summary>
    public IEnumerable<IReadOnlyList<StepObservation>> Places => _places.Values;

    /// <summary>Most accelerators that were used at once.</summary>
    public int MaxAccelerators { get; private set; }

    private StepTimeFit Law => _fit ??= new StepTimeFit(_steps);

    /// <summary>Takes in a step; false where one of its configuration is known.</summary>
    public bool Add(StepObservation step)
    {
        if (!_seen.Add((step.Nodes, step.Accelerators, step.LocalBatch)))
        {
            return false;
        }

        if (!_places.TryGetValue((step.Nodes, step.Accelerators), out var place))
        {
            _places.Add((step.Nodes, step.Accelerators), place = []);
        }

        place.Add(step);
        _steps.Add(step);
        _fit = null;
        MaxAccelerators = Math.Max(MaxAccelerators, step.Accelerators);
        return true;
    }

    /// <summary>What the law says; where the job has run before, it only carries the measured step over to other batches.</summary>
    public StepTime Predict(int nodes, int accelerators, double localBatch)
    {
        var law = Law.Predict(nodes, accelerators, localBatch);
        if (!_places.TryGetValue((nodes, accelerators), out var place))
        {
            return law;
        }

        var (seen, least) = (place[0], double.PositiveInfinity);
        foreach (var step in place)
        {
            if (Math.Abs(Math.Log(step.LocalBatch / localBatch)) is var distance && distance < least)
            {
                (seen, least) = (step, distance);
            }
        }

        var there = Law.Predict(nodes, accelerators, seen.LocalBatch);
        var whole = law.StepSeconds * seen.Time.StepSeconds / there.StepSeconds;
        return new StepTime(whole, Math.Max(0, whole - (law.PassSeconds * seen.Time.PassSeconds / there.PassSeconds)));
    }

    /// <summary>
    /// How much its word is worth there, 0 to 1: 1 where it has run, less the further numbers of nodes and accelerators are from what it has run
    /// with; 0 where it would have to exchange within a node, or between nodes, and has not.
    /// </summary>
    public double Reach(int nodes, int accelerators)
    {
        var best = 0.0;
        foreach (var (seenNodes, seenAccelerators) in _places.Keys)
        {
            if (accelerators == 1 || (seenAccelerators > 1 && seenNodes > 1 == nodes > 1))
            {
                var more = Math.Log2((double)seenAccelerators / accelerators);
                var spread = Math.Log2((double)seenNodes / nodes);
                best = Math.Max(best, 1 / (1 + (more * more) + (spread * spread)));
            }
        }

        return best;
    }
}
