using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Grains.Pools;

/// <summary>
/// How fast a job is: steps a second, by the law that was learned from its own steps; before its first, by the measured scores of the kinds,
/// each further accelerator adding a little less than the one before. Where the batch may be chosen and the noise of its gradients is known: steps of the
/// initial batch under the best one. Thread-safe: while the policy thinks about all jobs, it is asked about a few beside that.
/// </summary>
/// <param name="learned">From its steps.</param>
/// <param name="scores">Measured score of each kind.</param>
/// <param name="batchSize">Samples of a step; 0 where it is not known.</param>
/// <param name="isAtBest">Whether before its first step nothing is lost by being many: what no job exceeds instead of what is expected.</param>
/// <param name="adaptive">Where the batch may be chosen and enough is known to do it; null elsewhere.</param>
/// <param name="choose">Chooses the batch for workers on so many nodes; null where it is fixed.</param>
internal sealed class PoolGoodput(
    LearnedThroughput learned, IReadOnlyDictionary<string, double> scores, int batchSize, bool isAtBest = false, AdaptiveGoodput? adaptive = null,
    Func<IReadOnlyList<BatchWorker>, int, int>? choose = null)
    : IGoodputModel
{
    private readonly Dictionary<(string, int, int), int> _batches = [];

    // Joint training of the demonstration reaches 0.9 to 1 of the sum of its three nodes.
    private const double ExpectedEfficiency = 0.95;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string, int, int), double> _known = [];

    public double Goodput(string acceleratorType, int nodes, int accelerators)
    {
        // The models within keep what they found as well.
        lock (_gate)
        {
            if (!_known.TryGetValue((acceleratorType, nodes, accelerators), out var goodput))
            {
                goodput = Predict(acceleratorType, nodes, accelerators);
                _known.Add((acceleratorType, nodes, accelerators), goodput);
            }

            return goodput;
        }
    }

    // A step takes a second, and a change is undone as easily: what the law says of more than was tried is worth trying.
    public int MaxTrustedAccelerators(string acceleratorType) => int.MaxValue;

    public int? Batch(IReadOnlyList<BatchWorker> workers, int nodes)
    {
        if (choose is null || workers.Count != 1)
        {
            lock (_gate)
            {
                return choose?.Invoke(workers, nodes);
            }
        }

        // A decision is settled more than once on its way through the policies around it.
        var key = (workers[0].AcceleratorType, nodes, workers[0].Count);
        lock (_gate)
        {
            if (!_batches.TryGetValue(key, out var batch))
            {
                _batches.Add(key, batch = choose(workers, nodes));
            }

            return batch;
        }
    }

    private double Predict(string type, int nodes, int accelerators)
    {
        if (adaptive is not null)
        {
            return adaptive.Goodput(type, nodes, accelerators);
        }

        if (batchSize > 0 && accelerators > batchSize)
        {
            // Those without a sample are of no use, and in the way; but a job may insist on so many.
            return Predict(type, Math.Min(nodes, batchSize), batchSize) * (isAtBest ? 1 : (double)batchSize / accelerators);
        }

        if (!learned.IsEmpty && batchSize > 0)
        {
            var local = (batchSize + accelerators - 1) / accelerators;
            return learned.Predict(type, nodes, accelerators, local) is { StepSeconds: > 0 } step ? 1 / step.StepSeconds : 0;
        }

        return scores.GetValueOrDefault(type, 1) * Math.Pow(accelerators, isAtBest ? 1 : ExpectedEfficiency);
    }
}
