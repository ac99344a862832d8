using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Simulations.Pollux;

/// <summary>
/// Step times of an application on one accelerator type: measured placements (accelerators per node), linear between batches; for other
/// placements the mean of those with as many nodes and accelerators, and larger ones of the scalability file, interpolated between
/// nodes, accelerators and batch. Not thread-safe: answers are kept.
/// </summary>
public sealed class TypeProfile
{
    private readonly ImmutableDictionary<string, ImmutableArray<MeasuredStep>> _placements;
    private readonly ImmutableArray<(int Nodes, int Accelerators, MeasuredStep Step)> _means;
    private readonly Dictionary<(string Placement, int LocalBatch), StepTime> _known = [];
    private readonly Dictionary<(int Nodes, int Accelerators), int> _largest = [];
    private readonly Lazy<SimplexInterpolator> _between;
    private readonly int _maxNodes;

    internal TypeProfile(
        ImmutableDictionary<string, ImmutableArray<MeasuredStep>> placements,
        ImmutableArray<(int Nodes, int Accelerators, MeasuredStep Step)> means)
    {
        _placements = placements;
        _means = means;
        MinLocalBatch = placements.Values.Min(steps => steps[0].LocalBatch);
        MaxLocalBatch = placements.Values.Max(steps => steps[^1].LocalBatch);
        _maxNodes = means.Max(mean => mean.Nodes);
        MaxAccelerators = means.Max(mean => mean.Accelerators);
        foreach (var (nodes, accelerators, step) in means)
        {
            _largest[(nodes, accelerators)] = Math.Max(step.LocalBatch, _largest.GetValueOrDefault((nodes, accelerators)));
        }

        _between = new Lazy<SimplexInterpolator>(
            () => new SimplexInterpolator(
                [.. _means.Select(mean => (mean.Nodes, mean.Accelerators, mean.Step.LocalBatch))],
                [.. _means.Select(mean => new[] { mean.Step.Time.StepSeconds, mean.Step.Time.SyncSeconds })]),
            LazyThreadSafetyMode.None);
    }

    /// <summary>Whether the files name no type, so that they stand for all that have none of their own.</summary>
    public bool IsOfAnyType { get; internal init; }

    /// <summary>Smallest batch of one accelerator that was measured.</summary>
    public int MinLocalBatch { get; }

    /// <summary>Largest batch of one accelerator that was measured.</summary>
    public int MaxLocalBatch { get; }

    /// <summary>Most accelerators that were measured together.</summary>
    public int MaxAccelerators { get; }

    /// <summary>Time of a step on a placement.</summary>
    public StepTime Step(Allocation allocation, int localBatch)
    {
        ArgumentNullException.ThrowIfNull(allocation);
        return Step(Normalise(allocation), allocation.Nodes, allocation.Accelerators, localBatch);
    }

    /// <summary>Time of a step on so many nodes and accelerators, without saying how they are spread: the mean of what was measured.</summary>
    public StepTime Step(int nodes, int accelerators, int localBatch) =>
        nodes == 1 && accelerators < 10
            ? Step(accelerators.ToString(System.Globalization.CultureInfo.InvariantCulture), 1, accelerators, localBatch)
            : Step("", nodes, accelerators, localBatch);

    /// <summary>Largest batch of one accelerator that was measured with so many nodes and accelerators.</summary>
    public int LargestBatch(int nodes, int accelerators) =>
        _largest.TryGetValue((nodes, accelerators), out var largest) ? largest : MaxLocalBatch;

    private StepTime Step(string placement, int nodes, int accelerators, int localBatch)
    {
        var key = (placement.Length > 0 ? placement : FormattableString.Invariant($"{nodes}/{accelerators}"), localBatch);
        if (!_known.TryGetValue(key, out var time))
        {
            time = _placements.TryGetValue(placement, out var steps)
                ? Between(steps, localBatch)
                : Between(Math.Min(nodes, _maxNodes), accelerators, localBatch);
            _known.Add(key, time);
        }

        return time;
    }

    // Nodes are alike: of all rotations of a ring the smallest names it, as in the files.
    private static string Normalise(Allocation allocation)
    {
        var counts = allocation.Shares;
        var smallest = "";
        for (var start = 0; start < counts.Length; start++)
        {
            var text = new char[counts.Length];
            for (var i = 0; i < text.Length; i++)
            {
                var count = counts[(start + i) % text.Length].Accelerators;
                if (count > 9)
                {
                    return "";
                }

                text[i] = (char)('0' + count);
            }

            var rotated = new string(text);
            smallest = smallest.Length == 0 || string.CompareOrdinal(rotated, smallest) < 0 ? rotated : smallest;
        }

        return smallest;
    }

    private static StepTime Between(ImmutableArray<MeasuredStep> steps, int localBatch)
    {
        var upper = 0;
        while (upper < steps.Length - 1 && steps[upper].LocalBatch < localBatch)
        {
            upper++;
        }

        if (upper == 0 || steps[upper].LocalBatch <= localBatch)
        {
            return steps[upper].Time;
        }

        var (low, high) = (steps[upper - 1], steps[upper]);
        var fraction = (localBatch - low.LocalBatch) / (double)(high.LocalBatch - low.LocalBatch);
        return new StepTime(
            low.Time.StepSeconds + (fraction * (high.Time.StepSeconds - low.Time.StepSeconds)),
            low.Time.SyncSeconds + (fraction * (high.Time.SyncSeconds - low.Time.SyncSeconds)));
    }

    private StepTime Between(int nodes, int accelerators, int localBatch)
    {
        var values = _between.Value.At(nodes, accelerators, localBatch);
        return new StepTime(values[0], Math.Min(values[1], values[0] * 0.999));
    }
}
