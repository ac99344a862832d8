namespace OrleansCompute.Scheduling.Speed;

/// <summary>Step times of a job over its batches on one set of accelerators, as <see cref="StepTimeAnalogy"/> has them. Not thread-safe.</summary>
internal sealed class AnalogyCurve
{
    // Others that are heard, those that count most. 12 are no better.
    private const int MaxVoices = 4;

    // What the job's own law counts beside another that is just like it: it has few points and a form that fits nothing exactly. 0.1 and 1 are within the error.
    private const double Own = 0.3;

    // The same where it has not seen the like, and is hopeful: enough to try where nobody alike has been. 0.01 is 1 % longer.
    private const double OwnUnseen = 0.05;

    // Points for each doubling of the batch; between them times are taken as a power of it.
    private const int PointsPerOctave = 2;
    private readonly List<(JobSteps Job, double Weight)> _voices = [];
    private readonly JobSteps _job;
    private readonly (string Type, int Nodes, int Accelerators) _place;
    private readonly Dictionary<int, (double Step, double Pass)> _points = [];
    private readonly (double Step, double Pass) _offset;

    public AnalogyCurve(StepTimeAnalogy analogy, string type, int nodes, int accelerators)
    {
        (_job, _place) = (analogy.Job, (type, nodes, accelerators));
        var (anchorType, anchor) = Anchor();
        foreach (var (other, weight) in analogy.Alike)
        {
            if (other.Types.TryGetValue(type, out var there) && other.Types.TryGetValue(anchorType, out var here)
                && there.Reach(nodes, accelerators) * here.Reach(anchor.Nodes, anchor.Accelerators) is var reach and > 0)
            {
                _voices.Add((other, weight * reach));
            }
        }

        _voices.Sort((one, two) => two.Weight.CompareTo(one.Weight));
        _voices.RemoveRange(Math.Min(MaxVoices, _voices.Count), Math.Max(0, _voices.Count - MaxVoices));
        var own = _job.Types.TryGetValue(type, out var mine) ? mine.Reach(nodes, accelerators) : 0;
        _voices.Add((_job, Own * Math.Max(OwnUnseen, own)));
        var total = _voices.Sum(voice => voice.Weight);
        for (var i = 0; i < _voices.Count; i++)
        {
            _voices[i] = (_voices[i].Job, _voices[i].Weight / total);
        }

        var said = (anchorType, anchor.Nodes, anchor.Accelerators) == _place
            ? Between(anchor.LocalBatch)
            : Say(anchorType, anchor.Nodes, anchor.Accelerators, anchor.LocalBatch);
        _offset = (StepTimeAnalogy.Log(anchor.Time.StepSeconds) - said.Step, StepTimeAnalogy.Log(anchor.Time.PassSeconds) - said.Pass);
    }

    /// <summary>A step with this batch on each accelerator.</summary>
    public StepTime At(int localBatch)
    {
        var said = Between(localBatch);
        var step = Math.Exp(said.Step + _offset.Step);
        return new StepTime(step, Math.Max(0, step - Math.Exp(said.Pass + _offset.Pass)));
    }

    private (double Step, double Pass) Between(int localBatch)
    {
        var position = PointsPerOctave * Math.Log2(Math.Max(1, localBatch));
        var low = (int)Math.Floor(position);
        var (one, two, part) = (Point(low), Point(low + 1), position - low);
        return (one.Step + (part * (two.Step - one.Step)), one.Pass + (part * (two.Pass - one.Pass)));
    }

    private (double Step, double Pass) Point(int index)
    {
        if (!_points.TryGetValue(index, out var point))
        {
            point = Say(_place.Type, _place.Nodes, _place.Accelerators, Math.Pow(2, (double)index / PointsPerOctave));
            _points.Add(index, point);
        }

        return point;
    }

    // Logarithms of what all say, by their weights. Batches count in the batch that each was written for.
    private (double Step, double Pass) Say(string type, int nodes, int accelerators, double localBatch)
    {
        var (step, pass) = (0.0, 0.0);
        foreach (var (other, weight) in _voices)
        {
            var time = other.Predict(type, nodes, accelerators, localBatch * other.UnitBatch / _job.UnitBatch)!.Value;
            step += weight * StepTimeAnalogy.Log(time.StepSeconds);
            pass += weight * StepTimeAnalogy.Log(time.PassSeconds);
        }

        return (step, pass);
    }

    // The nearest of what it has run with itself: of the type before all, then with or without an exchange between nodes, then by numbers.
    private (string Type, StepObservation Step) Anchor()
    {
        const double OtherType = 100;
        const double OtherExchange = 4;
        var best = ("", default(StepObservation));
        var least = double.PositiveInfinity;
        foreach (var (type, steps) in _job.Types)
        {
            foreach (var place in steps.Places)
            {
                var step = place[^1];
                var distance = (type == _place.Type ? 0 : OtherType) + (step.Nodes > 1 == _place.Nodes > 1 ? 0 : OtherExchange)
                    + (2 * Math.Abs(Math.Log2((double)step.Accelerators / _place.Accelerators))) + Math.Abs(Math.Log2((double)step.Nodes / _place.Nodes));
                if (distance < least)
                {
                    (best, least) = ((type, step), distance);
                }
            }
        }

        return best;
    }
}
