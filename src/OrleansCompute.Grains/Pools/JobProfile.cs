using System.Collections.Immutable;
using System.Globalization;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Grains.Pools;

/// <summary>What was learned of a job's speed while it runs. Used on the grain's turn; a round gets one that stays as it is.</summary>
internal sealed class JobProfile
{
    // The law has six constants; of more configurations than these, the first ones say nothing that later ones do not.
    private const int MaxObservations = 64;

    // Goodput is flat around its top; a round of thousands of jobs has no time for the simulations' 96.
    private const int Candidates = 16;

    // A step that a job tells of is another process' word: one shorter than a microsecond or longer than a day is a mistake, and laws fitted to
    // such lose all digits.
    private const double LeastSeconds = 1e-6;
    private const double MostSeconds = 86_400;

    // As much for squared norms, which are below 1e90 for any number of 32-bit gradients; and for what is left, in seconds.
    private const double LeastSquare = 1e-90;
    private const double MostSquare = 1e90;
    private const double MostRemaining = 1e10;

    // What changed by less is no reason to choose again at once: a batch is changed for a tenth more, and goodput is flat around its top.
    private const double MaterialChange = 1.25;
    private readonly Queue<(string Kind, int Nodes, int Accelerators, int LocalBatch)> _order = [];
    private Dictionary<(string Kind, int Nodes, int Accelerators, int LocalBatch), StepTime> _steps = [];
    private bool _isShared;
    private ImmutableArray<BatchWorker> _workers = [];
    private Dictionary<string, double> _scores = [];
    private int _nodes;
    private int _largestBatch;
    private NoiseReport? _noise;

    /// <summary>Seconds to its end as it last said; null where it did not.</summary>
    public double? RemainingSeconds { get; private set; }

    /// <summary>Samples of its last steps; 0 where it did not say.</summary>
    public int BatchSize { get; private set; }

    /// <summary>Takes in what a job tells of a recent step. What cannot be is left out: a job is another process.</summary>
    public void Observe(JobReport report, IReadOnlyDictionary<long, Lease> leases)
    {
        RemainingSeconds = report.RemainingSeconds is { } remaining && double.IsFinite(remaining) && remaining >= 0 ? Math.Min(remaining, MostRemaining) : null;
        if (report.Noise is { Square: >= LeastSquare and <= MostSquare, SampleVariance: >= 0 and <= MostSquare } noise)
        {
            _noise = noise;
        }

        List<WorkerReport> workers = report.Workers.IsDefault ? [] : [.. report.Workers.Where(worker => leases.ContainsKey(worker.LeaseId) && worker.Samples > 0)];
        if (report.StepSeconds is not (>= LeastSeconds and <= MostSeconds) || workers.Count == 0)
        {
            return;
        }

        var nodes = workers.Select(worker => leases[worker.LeaseId].Node).Distinct(StringComparer.Ordinal).Count();
        if (report.BatchSize > 0)
        {
            double samples = workers.Sum(worker => (long)worker.Samples);
            (BatchSize, _nodes, _largestBatch) = (report.BatchSize, nodes, Math.Max(_largestBatch, report.BatchSize));
            _workers = [.. workers.Select(worker => new BatchWorker(leases[worker.LeaseId].Kind, worker.Samples / samples))];
            _scores = workers.GroupBy(worker => leases[worker.LeaseId].Kind, StringComparer.Ordinal)
                .ToDictionary(kind => kind.Key, kind => kind.Average(worker => Math.Max(1e-3, leases[worker.LeaseId].ScoreGflops)), StringComparer.Ordinal);
        }

        foreach (var kind in workers.GroupBy(worker => leases[worker.LeaseId].Kind, StringComparer.Ordinal))
        {
            // The slowest of a kind: the others wait for it. Batches by eighths, so that small moves of shares are one configuration.
            var slowest = kind.MaxBy(worker => worker.BusySeconds)!;
            var pass = Math.Min(slowest.BusySeconds, report.StepSeconds);
            var key = (kind.Key, nodes, workers.Count, Round(slowest.Samples));
            if (pass >= LeastSeconds)
            {
                if (_isShared)
                {
                    (_steps, _isShared) = (new(_steps), false);
                }

                if (!_steps.ContainsKey(key))
                {
                    _order.Enqueue(key);
                    if (_order.Count > MaxObservations)
                    {
                        _steps.Remove(_order.Dequeue());
                    }
                }

                // Half of what was known: times vary with what else runs.
                _steps[key] = _steps.TryGetValue(key, out var known)
                    ? new StepTime((known.StepSeconds + report.StepSeconds) / 2, (known.SyncSeconds + report.StepSeconds - pass) / 2)
                    : new StepTime(report.StepSeconds, report.StepSeconds - pass);
            }
        }
    }

    /// <summary>How fast it would be with what, for a round.</summary>
    /// <param name="request">What it asks.</param>
    /// <param name="scores">Measured score of each kind.</param>
    /// <param name="rates">Before its first step: how fast it is expected to be on each kind.</param>
    /// <param name="isAtBest">Whether before its first step what no job exceeds counts, instead of what is expected.</param>
    public PoolGoodput ToGoodput(JobRequest request, IReadOnlyDictionary<string, double> scores, IReadOnlyDictionary<string, double> rates, bool isAtBest)
    {
        var learned = ToThroughput(scores, request.BatchSize, request.MaxBatchSize > 0);
        var adaptive = Limits(request) is { } limits && NoiseOf(request) is { } noise && !learned.IsEmpty
            ? new AdaptiveGoodput(limits, learned, noise, Candidates)
            : null;
        return new PoolGoodput(
            learned, rates, request.BatchSize, isAtBest, adaptive,
            Limits(request) is { } allowed ? (workers, nodes) => ChooseBatch(allowed, NoiseOf(request), learned, workers, nodes) : null);
    }

    // As the answer to a report chooses, which knows how the batch is really shared out on what the job holds.
    private int ChooseBatch(BatchLimits limits, GradientNoise? noise, LearnedThroughput learned, IReadOnlyList<BatchWorker> workers, int nodes)
    {
        var present = Math.Clamp(BatchSize, limits.InitialBatch, limits.MaxBatch);
        return noise is { } known && !learned.IsEmpty
            ? BatchChooser.Choose(limits, learned, known, Holds(workers, nodes) ? _workers : workers, nodes, present, _largestBatch).Batch
            : present;
    }

    private bool Holds(IReadOnlyList<BatchWorker> workers, int nodes) => nodes == _nodes && workers.Sum(worker => worker.Count) == _workers.Length
        && workers.All(worker => _workers.Count(held => held.AcceleratorType == worker.AcceleratorType) == worker.Count);

    /// <summary>What it is advised.</summary>
    public BatchAdvice? Advice { get; set; }

    /// <summary>Whether its batch may be chosen, and enough is known to do it.</summary>
    /// <param name="request">What it asks.</param>
    public bool CanChoose(JobRequest request) => Limits(request) is not null && NoiseOf(request) is not null && !_workers.IsEmpty && _steps.Count > 0;

    /// <summary>Whether another profile of the same job would hardly lead to another batch: same workers and configurations, about the same measurements.</summary>
    public bool IsLike(JobProfile other)
    {
        if (BatchSize != other.BatchSize || _nodes != other._nodes || _largestBatch != other._largestBatch || _workers.Length != other._workers.Length
            || _noise is null != other._noise is null || (_noise is { } noise && !(Is(noise.Square, other._noise!.Square) && Is(noise.SampleVariance, other._noise.SampleVariance))))
        {
            return false;
        }

        for (var i = 0; i < _workers.Length; i++)
        {
            if (_workers[i].AcceleratorType != other._workers[i].AcceleratorType || !Is(_workers[i].Share, other._workers[i].Share))
            {
                return false;
            }
        }

        return ReferenceEquals(_steps, other._steps) || (_steps.Count == other._steps.Count && _steps.All(step => other._steps.TryGetValue(step.Key, out var before)
            && Is(step.Value.StepSeconds, before.StepSeconds) && Is(step.Value.PassSeconds, before.PassSeconds)));

        static bool Is(double now, double before) => now <= before * MaterialChange && before <= now * MaterialChange;
    }

    /// <summary>The batch for what it holds; null where that is fixed, or its noise or speed is not known yet.</summary>
    /// <param name="request">What it asks.</param>
    public BatchDecision? ChooseBatch(JobRequest request)
    {
        if (Limits(request) is not { } limits || NoiseOf(request) is not { } noise || _workers.IsEmpty)
        {
            return null;
        }

        var learned = ToThroughput(_scores, request.BatchSize, isAdaptive: true);
        return learned.IsEmpty ? null : BatchChooser.Choose(limits, learned, noise, _workers, _nodes, BatchSize, _largestBatch);
    }

    /// <summary>What it trains with and what that is worth, in words; empty where nothing is known.</summary>
    /// <param name="request">What it asks.</param>
    public string DescribeBatch(JobRequest request)
    {
        if (BatchSize == 0)
        {
            return "";
        }

        var allowed = request.MaxBatchSize > 0 ? $"{request.BatchSize} to {request.MaxBatchSize} allowed" : "fixed";
        if (NoiseOf(request) is not { } noise || ChooseBatch(request) is not { } choice)
        {
            return request.MaxBatchSize > 0
                ? $"It trains with batches of {BatchSize} samples ({allowed}) until the noise of its gradients is known."
                : $"It trains with batches of {BatchSize} samples ({allowed}).";
        }

        var gain = noise.Gain((double)BatchSize / request.BatchSize);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"It trains with batches of {BatchSize} samples ({allowed}): gradient noise scale {noise.Variance * request.BatchSize / noise.Square:N0} samples, "
            + $"statistical efficiency {100 * gain * request.BatchSize / BatchSize:0} %, goodput {choice.PresentGoodput * request.BatchSize:N0} useful samples a second"
            + $"{(choice.Batch == BatchSize ? "; no other batch is expected to make 10 % more of what it holds." : $"; {choice.Batch} are expected to make {choice.Goodput * request.BatchSize:N0}.")}");
    }

    /// <summary>Batches that it may train with; null where that is fixed. Shards cut what they get into passes of a size that fits, so that memory does not limit it.</summary>
    /// <param name="request">What it asks.</param>
    public static BatchLimits? Limits(JobRequest request) => request.BatchSize > 0 && request.MaxBatchSize >= request.BatchSize
        ? new BatchLimits(request.BatchSize, request.MaxBatchSize, 1, request.MaxBatchSize) { MeasuresFromPasses = false }
        : null;

    private GradientNoise? NoiseOf(JobRequest request) =>
        _noise is { } noise && request.BatchSize > 0 ? new GradientNoise(noise.Square, noise.SampleVariance / request.BatchSize) : null;

    /// <summary>The same as it is now, to be read on any thread.</summary>
    public JobProfile Freeze()
    {
        _isShared = true;
        return (JobProfile)MemberwiseClone();
    }

    /// <summary>The law for a round.</summary>
    /// <param name="scores">Measured score of each kind.</param>
    /// <param name="batchSize">Samples of a step.</param>
    /// <param name="isAdaptive">Whether other batches may be tried: then half of a pass counts as constant until another was seen, so that one is.</param>
    public LearnedThroughput ToThroughput(IReadOnlyDictionary<string, double> scores, int batchSize, bool isAdaptive = false)
    {
        var learned = new LearnedThroughput(scores);
        foreach (var ((kind, nodes, accelerators, localBatch), time) in _steps)
        {
            learned.Observe(kind, new StepObservation(nodes, accelerators, localBatch, time));
        }

        if (isAdaptive)
        {
            return learned;
        }

        // Of one batch alone the law takes half of a pass for constant, which for training in micro-batches is far off: until another was
        // seen, a pass is in proportion to its samples.
        foreach (var kind in _steps.GroupBy(step => step.Key.Kind, StringComparer.Ordinal).Where(kind => kind.Select(step => step.Key.LocalBatch).Distinct().Count() == 1))
        {
            var (key, time) = kind.First();
            var other = key.LocalBatch == batchSize ? Math.Max(1, batchSize / 2) : Math.Max(1, batchSize);
            var pass = time.PassSeconds * other / key.LocalBatch;
            if (other != key.LocalBatch && pass > 0)
            {
                learned.Observe(kind.Key, new StepObservation(1, 1, other, new StepTime(pass, 0)));
            }
        }

        return learned;
    }

    private static int Round(int samples)
    {
        var step = Math.Max(1, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)samples) / 8);
        return (samples + step - 1) / step * step;
    }
}
