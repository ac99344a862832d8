namespace OrleansCompute.Scheduling.Speed;

/// <summary>
/// Goodput of a job whose batch size may change: steps of the initial batch a second, under the batch that makes most of them
/// (Pollux, OSDI 2021, equations 6 to 8). Not thread-safe.
/// </summary>
public sealed class AdaptiveGoodput : IGoodputModel
{
    // Batches tried for each set of accelerators, geometrically spaced. Goodput is flat around its top: 96 instead of 24 make mean completion on the Pollux workloads 0.3 to 0.9 % shorter.
    private const int DefaultCandidates = 96;
    private readonly int _candidates;
    private readonly BatchLimits _limits;
    private readonly IThroughputModel _throughput;
    private readonly Dictionary<(string Type, int Nodes, int Accelerators), (double Goodput, BatchPlan Plan)> _known = [];
    private GradientNoise _noise;
    private int _version;

    /// <summary>Makes a model.</summary>
    /// <param name="limits">Batches that the job may use.</param>
    /// <param name="throughput">How long its steps take.</param>
    /// <param name="noise">Of its gradients.</param>
    /// <param name="candidates">Batches tried for each set of accelerators, 2 or more. Default 96.</param>
    public AdaptiveGoodput(BatchLimits limits, IThroughputModel throughput, GradientNoise noise, int candidates = DefaultCandidates)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(candidates, 2);
        _candidates = candidates;
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(throughput);
        _limits = limits;
        _throughput = throughput;
        _noise = noise;
        _version = throughput.Version;
    }

    /// <summary>The noise of the job's gradients as last seen.</summary>
    public GradientNoise Noise
    {
        get => _noise;
        set
        {
            if (_noise != value)
            {
                _noise = value;
                _known.Clear();
            }
        }
    }

    /// <inheritdoc/>
    public double Goodput(string acceleratorType, int nodes, int accelerators) => Best(acceleratorType, nodes, accelerators).Goodput;

    /// <summary>The batch with the most goodput on these accelerators.</summary>
    public BatchPlan Plan(string acceleratorType, int nodes, int accelerators) => Best(acceleratorType, nodes, accelerators).Plan;

    /// <summary>How it begins on these accelerators: with the batch that has the most goodput; until the noise of its gradients is known, with the smallest that it may use there.</summary>
    public BatchPlan FirstPlan(string acceleratorType, int nodes, int accelerators) => _noise == default
        ? _limits.Split(_limits.Smallest(accelerators), accelerators, _throughput.MaxLocalBatch(acceleratorType, nodes, accelerators))
        : Plan(acceleratorType, nodes, accelerators);

    /// <inheritdoc/>
    public int? Batch(IReadOnlyList<BatchWorker> workers, int nodes)
    {
        ArgumentNullException.ThrowIfNull(workers);

        // Of several types it is known what a pass takes on each, and nothing of passes that are added up.
        return workers.Count == 1
            ? FirstPlan(workers[0].AcceleratorType, nodes, workers[0].Count).Batch(workers[0].Count)
            : BatchChooser.Choose(_limits, _throughput, _noise, workers, nodes, _limits.InitialBatch, _limits.MaxBatch).Batch;
    }

    /// <inheritdoc/>
    public int MaxTrustedAccelerators(string acceleratorType) =>
        Math.Min(_throughput.MaxTrustedAccelerators(acceleratorType), _limits.MaxAccelerators);

    private (double Goodput, BatchPlan Plan) Best(string type, int nodes, int accelerators)
    {
        if (_version != _throughput.Version)
        {
            _version = _throughput.Version;
            _known.Clear();
        }

        if (!_known.TryGetValue((type, nodes, accelerators), out var best))
        {
            best = Search(type, nodes, accelerators);
            _known.Add((type, nodes, accelerators), best);
        }

        return best;
    }

    private (double Goodput, BatchPlan Plan) Search(string type, int nodes, int accelerators)
    {
        if (accelerators > _limits.MaxAccelerators)
        {
            return (0, new BatchPlan(_limits.MinLocalBatch, 0));
        }

        var maxLocal = _throughput.MaxLocalBatch(type, nodes, accelerators);
        var smallest = (double)_limits.Smallest(accelerators);
        var ratio = Math.Pow(_limits.MaxBatch / smallest, 1.0 / (_candidates - 1));
        var best = (Goodput: 0.0, Plan: _limits.Split(smallest, accelerators, maxLocal));
        var batch = smallest;
        var last = default(BatchPlan);
        for (var i = 0; i < _candidates; i++, batch *= ratio)
        {
            var plan = _limits.Split(Math.Min(batch, _limits.MaxBatch), accelerators, maxLocal);
            if (plan == last || plan.LocalBatch < _limits.MinLocalBatch)
            {
                continue;
            }

            last = plan;
            var goodput = Goodput(type, nodes, accelerators, plan);
            if (goodput > best.Goodput)
            {
                best = (goodput, plan);
            }
        }

        return best;
    }

    private double Goodput(string type, int nodes, int accelerators, BatchPlan plan) =>
        _throughput.Predict(type, nodes, accelerators, plan.LocalBatch) is { } step
            ? _noise.Gain((double)plan.Batch(accelerators) / _limits.InitialBatch) / step.TotalSeconds(plan.AccumulationSteps)
            : 0;
}
