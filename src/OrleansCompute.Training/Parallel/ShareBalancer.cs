namespace OrleansCompute.Training.Parallel;

/// <summary>
/// Decides how many samples of each global batch a worker gets, in proportion to its measured speed, so that all finish at
/// the same time. Takes measurements and returns numbers: no clock, no I/O. Not thread-safe.
/// </summary>
public sealed class ShareBalancer
{
    private readonly ShareBalancerOptions _options;
    private readonly List<WorkerSpeed> _workers = [];
    private int? _probed;

    /// <summary>Starts without workers.</summary>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public ShareBalancer(ShareBalancerOptions? options = null)
    {
        _options = options ?? new ShareBalancerOptions();
        if (_options.Validate() is { Count: > 0 } errors)
        {
            throw new ArgumentException(string.Join(" ", errors), nameof(options));
        }
    }

    /// <summary>Number of workers; they are numbered from 0 in the order of addition.</summary>
    public int WorkerCount => _workers.Count;

    /// <summary>Adds a worker as the last one.</summary>
    /// <param name="samplesPerSecond">
    /// First estimate, for example from a benchmark; finite and not negative. Null where nothing is known: the mean of the others then.
    /// </param>
    public void Add(double? samplesPerSecond = null)
    {
        if (samplesPerSecond is { } given && (!double.IsFinite(given) || given < 0))
        {
            throw new ArgumentOutOfRangeException(nameof(samplesPerSecond), samplesPerSecond, "samplesPerSecond must be finite and not negative.");
        }

        var estimate = samplesPerSecond ?? (_workers.Count == 0 ? 1 : _workers.Average(worker => worker.Weight));
        _workers.Add(new WorkerSpeed { Estimate = estimate, Weight = estimate });
        _probed = null;
    }

    /// <summary>Removes a worker; those behind it move up by one.</summary>
    /// <param name="worker">0 to <see cref="WorkerCount"/> - 1.</param>
    public void Remove(int worker)
    {
        CheckWorker(worker);
        _workers.RemoveAt(worker);
        _probed = null;
    }

    /// <summary>Notes what a worker did; takes effect at the next <see cref="Rebalance"/>. Measurements of nothing or of no time are ignored.</summary>
    /// <param name="worker">0 to <see cref="WorkerCount"/> - 1.</param>
    /// <param name="samples">Samples done.</param>
    /// <param name="time">For how long they kept the worker.</param>
    public void Observe(int worker, int samples, TimeSpan time)
    {
        CheckWorker(worker);
        if (samples > 0 && time > TimeSpan.Zero)
        {
            _workers[worker].WindowSamples += samples;
            _workers[worker].WindowSeconds += time.TotalSeconds;
        }
    }

    /// <summary>The current estimate of a worker's speed, samples per second.</summary>
    /// <param name="worker">0 to <see cref="WorkerCount"/> - 1.</param>
    public double SamplesPerSecond(int worker)
    {
        CheckWorker(worker);
        return _workers[worker].Estimate;
    }

    /// <summary>
    /// Closes the window of measurements: folds it into the estimates and adopts them as weights if that is worth it.
    /// A worker that had no samples in the window gets one in the next, one such worker at a time, so that it can show recovery.
    /// </summary>
    /// <returns>True if the weights changed.</returns>
    public bool Rebalance()
    {
        foreach (var worker in _workers)
        {
            if (worker.WindowSamples > 0)
            {
                var measured = worker.WindowSamples / worker.WindowSeconds;
                // The first measurement replaces the guess: a benchmark's samples are not this job's.
                worker.Estimate = worker.IsMeasured ? worker.Estimate + (_options.Smoothing * (measured - worker.Estimate)) : measured;
                worker.IsMeasured = true;
                worker.WindowsWithoutSamples = 0;
            }
            else
            {
                worker.WindowsWithoutSamples++;
            }

            (worker.WindowSamples, worker.WindowSeconds) = (0, 0);
        }

        var longest = Enumerable.Range(0, _workers.Count).MaxBy(i => _workers[i].WindowsWithoutSamples);
        _probed = _workers.Count > 0 && _workers[longest].WindowsWithoutSamples > 0 ? longest : null;
        if (!IsWorthwhile())
        {
            return false;
        }

        foreach (var worker in _workers)
        {
            worker.Weight = worker.Estimate;
        }

        return true;
    }

    /// <summary>How many samples of a batch each worker gets. The same batch size gives the same numbers until the next change.</summary>
    /// <param name="batchSize">0 or more.</param>
    /// <returns>One number per worker, none negative, with the sum <paramref name="batchSize"/>, each less than or equal to 1 away from its exact part.</returns>
    public int[] Shares(int batchSize)
    {
        var weights = Weights();
        var shares = ShareRounding.Apportion(weights, batchSize);
        if (_probed is { } probe && shares[probe] == 0 && batchSize > 0)
        {
            // Taken from the worker rounded up the most, so that it too stays within one of its exact part.
            var quotas = ShareRounding.Quotas(weights, batchSize);
            var donor = Enumerable.Range(0, shares.Length).Where(i => shares[i] > 0).MaxBy(i => shares[i] - quotas[i]);
            shares[donor]--;
            shares[probe]++;
        }

        return shares;
    }

    private bool IsWorthwhile()
    {
        var now = PredictedStep(worker => worker.Weight);
        var then = PredictedStep(worker => worker.Estimate);
        return then < now * (1 - _options.MinImprovementFraction);
    }

    /// <summary>Time of a batch of one sample per second of weight, if each part runs at the estimated speed: the slowest part.</summary>
    private double PredictedStep(Func<WorkerSpeed, double> weight)
    {
        var sum = _workers.Sum(weight);
        return sum == 0
            ? double.PositiveInfinity
            : _workers.Where(worker => weight(worker) > 0).Max(worker => weight(worker) / sum / worker.Estimate);
    }

    private double[] Weights() => [.. _workers.Select(worker => worker.Weight)];

    private void CheckWorker(int worker)
    {
        if (worker < 0 || worker >= _workers.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(worker), worker, $"worker must be from 0 to {_workers.Count - 1}.");
        }
    }

    private sealed class WorkerSpeed
    {
        public double Estimate { get; set; }

        public double Weight { get; set; }

        public bool IsMeasured { get; set; }

        public long WindowSamples { get; set; }

        public double WindowSeconds { get; set; }

        public int WindowsWithoutSamples { get; set; }
    }
}
