namespace OrleansCompute.Scheduling.Packing;

/// <summary>
/// Takes the machine with the highest score. The scores of a shape are kept between decisions and computed anew only for machines
/// that changed since, so a decision costs one pass over an array and a handful of scores. Ties go to the first
/// machine in an order drawn once, from the seed, as in the published simulator: a lot per decision would scatter the tasks that the
/// score has no opinion on (measured: 89.3 instead of 91.9 % allocation for gpuclustering).
/// </summary>
public abstract class ScoredPackingPolicy : IPackingPolicy
{
    /// <summary>Most scores kept in all; past it the least recently asked shapes are forgotten. 2^25 scores are 160 MB.</summary>
    internal int MaxScores { get; init; } = 1 << 25;

    private readonly Dictionary<int, Scores> _scores = [];
    private readonly int[] _order;
    private long _asked;

    /// <summary>A policy for this pool.</summary>
    /// <param name="pool">The pool it serves.</param>
    /// <param name="ties">Draws the order of machines that breaks ties; null keeps the pool's.</param>
    protected ScoredPackingPolicy(PackingPool pool, Random? ties)
    {
        ArgumentNullException.ThrowIfNull(pool);
        Pool = pool;
        _order = [.. Enumerable.Range(0, pool.Nodes.Count)];
        ties?.Shuffle(_order);
    }

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>Number of shapes whose scores are kept.</summary>
    internal int KeptShapes => _scores.Count;

    /// <summary>The pool it serves.</summary>
    protected PackingPool Pool { get; }

    /// <inheritdoc/>
    public PackingPlacement? Choose(int shape)
    {
        BeforeChoice(shape);
        var scores = ScoresOf(shape);
        var best = -1;
        var bestScore = float.NegativeInfinity;
        foreach (var node in _order)
        {
            if (Pool.ChangedAt(node) > scores.AsOf)
            {
                scores.Values[node] = Pool.Fits(node, shape) ? Score(node, shape, out scores.Devices[node]) : float.NegativeInfinity;
            }

            if (scores.Values[node] > bestScore)
            {
                (best, bestScore) = (node, scores.Values[node]);
            }
        }

        scores.AsOf = Pool.Clock;
        return best < 0 ? null : new PackingPlacement(best, DevicesOn(best, shape, scores.Devices[best]));
    }

    /// <summary>How good the machine, which has room, is for the shape: higher is better.</summary>
    /// <param name="node">Index of the machine.</param>
    /// <param name="shape">Index of the shape.</param>
    /// <param name="device">For a share of an accelerator: the accelerator to take; -1 takes the tightest.</param>
    protected abstract float Score(int node, int shape, out sbyte device);

    /// <summary>Called before each decision; a policy that learns counts here, and calls <see cref="Forget"/> when scores change.</summary>
    protected virtual void BeforeChoice(int shape)
    {
    }

    /// <summary>Drops the scores kept.</summary>
    protected void Forget() => _scores.Clear();

    private ulong DevicesOn(int node, int shape, int device) =>
        device >= 0 ? 1UL << device : Pool.TightestDevices(node, shape);

    private Scores ScoresOf(int shape)
    {
        if (_scores.TryGetValue(shape, out var scores))
        {
            scores.Asked = ++_asked;
            return scores;
        }

        if ((_scores.Count + 1L) * Pool.Nodes.Count > MaxScores && _scores.Count > 1)
        {
            foreach (var old in _scores.OrderBy(entry => entry.Value.Asked).Take((_scores.Count + 1) / 2).Select(entry => entry.Key).ToList())
            {
                _scores.Remove(old);
            }
        }

        scores = new Scores(Pool.Nodes.Count) { Asked = ++_asked };
        _scores.Add(shape, scores);
        return scores;
    }

    private sealed class Scores(int nodes)
    {
        public float[] Values { get; } = new float[nodes];

        public sbyte[] Devices { get; } = new sbyte[nodes];

        /// <summary>Value of the pool's clock when the scores were right; -1 before the first.</summary>
        public long AsOf { get; set; } = -1;

        public long Asked { get; set; }
    }
}
