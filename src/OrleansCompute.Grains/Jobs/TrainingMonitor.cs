using System.Collections.Immutable;
using Orleans.Runtime;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Training.Models;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Grains.Jobs;

/// <summary>
/// Sums up what a coordinator reports and tells the job, at most four times a second and never two calls at once, so that a slow
/// call never holds training up. Called from the coordinator's loop only.
/// </summary>
internal sealed class TrainingMonitor : IProgress<TrainingEvent>
{
    private const int MaxLossPoints = 500;
    private static readonly TimeSpan TellPeriod = TimeSpan.FromMilliseconds(250);

    // The rate that is shown follows the last seconds; long enough for a few dozen steps.
    private static readonly TimeSpan RecentWindow = TimeSpan.FromSeconds(3);
    private readonly JobSpec _spec;
    private readonly int _generation;
    private readonly int _sampleCount;
    private readonly IJobRunGrain _job;
    private readonly TimeProvider _clock;
    private readonly Action _unwanted;
    private readonly Action<string> _left;
    private readonly Lock _gate = new();
    private readonly StepTimes _times = new();
    private TrainingEvent.StepCompleted? _last;
    private readonly Queue<(TimeSpan Duration, BatchScore Score)> _recent = new();
    private readonly List<LossPoint> _points = [];
    private readonly HashSet<string> _lost = new(StringComparer.Ordinal);
    private readonly long _stepsPerPoint;
    private readonly int _firstWorkers;

    // By rank; null where one could not join.
    private WorkerTally?[] _workers;
    private BatchScore _pointScore;
    private BatchScore _epochScore;
    private TimeSpan _recentDuration;
    private TimeSpan _trained;
    private long _samples;
    private long _lastTold;
    private long _lastStep;
    private Task _telling = Task.CompletedTask;
    private JobProgress? _progress;

    public TrainingMonitor(
        JobSpec spec,
        int generation,
        ImmutableArray<Lease> leases,
        int sampleCount,
        IJobRunGrain job,
        TimeProvider clock,
        Action unwanted,
        Action<string> left)
    {
        (_spec, _generation, _sampleCount, _job, _clock, _unwanted, _left) = (spec, generation, sampleCount, job, clock, unwanted, left);
        _workers = [.. leases.Select(lease => new WorkerTally(lease))];
        _firstWorkers = leases.Length;
        var steps = (long)spec.Training.Epochs * ((sampleCount + spec.Training.BatchSize - 1) / spec.Training.BatchSize);
        _stepsPerPoint = Math.Max(1, (steps + MaxLossPoints - 1) / MaxLossPoints);
    }

    /// <summary>Workers that failed or did not answer.</summary>
    public int LostWorkers => _lost.Count;

    public bool IsLost(string worker) => _lost.Contains(worker);

    /// <summary>Whether the worker took part in the last step.</summary>
    public bool IsActive(string worker) => !IsLost(worker) && _last?.Workers.Any(metrics => metrics.Name == worker) == true;

    /// <summary>A worker that will join. Thread-safe; those that come together may be added in any order, and not all of them.</summary>
    public void Add(int rank, Lease lease)
    {
        lock (_gate)
        {
            var workers = new WorkerTally?[Math.Max(_workers.Length, rank + 1)];
            _workers.CopyTo(workers, 0);
            workers[rank] = new WorkerTally(lease);
            _workers = workers;
        }
    }

    /// <summary>Samples of a full batch in the last step; the spec's before the first.</summary>
    public int BatchSize => _last is { BatchSize: > 0 } last ? last.BatchSize : _spec.Training.BatchSize;

    /// <summary>What the pool learns of the last steps. Thread-safe.</summary>
    /// <param name="leaseOf">The lease of a rank.</param>
    public JobReport Report(Func<int, long> leaseOf)
    {
        var progress = _progress;
        return _times.Read() is not var (last, seconds, busySeconds) ? new JobReport() : new JobReport
        {
            StepSeconds = seconds,
            BatchSize = last.BatchSize,
            Noise = last.Noise is { } noise ? new NoiseReport { Square = noise.Square, SampleVariance = noise.SampleVariance } : null,
            RemainingSeconds = progress is { ImagesPerSecond: > 0 } ? progress.Remaining.TotalSeconds : null,
            Workers =
            [
                .. last.Workers.Zip(busySeconds).Where(worker => worker.First.Samples > 0).Select(worker => new WorkerReport
                {
                    LeaseId = leaseOf(RunWorker.RankOf(worker.First.Name)),
                    Samples = worker.First.Samples,
                    BusySeconds = worker.Second,
                }),
            ],
        };
    }

    public void Report(TrainingEvent value)
    {
        switch (value)
        {
            case TrainingEvent.StepCompleted step:
                Take(step);
                break;
            case TrainingEvent.EpochCompleted epoch:
                _epochScore = epoch.Score;
                break;
            case TrainingEvent.WorkerLost lost:
                _lost.Add(lost.Name);
                _ = NoteAsync(_generation, $"Worker {lost.Name} was lost in step {lost.GlobalStep}: {lost.Reason}");

                // It works no more, so that its accelerator is of use to somebody else; where its node is gone the pool knows already.
                _left(lost.Name);
                break;
            case TrainingEvent.BatchChanged change:
                _ = NoteAsync(_generation, FormattableString.Invariant(
                    $"Batch of {change.BatchSize} samples from step {change.GlobalStep} on; noise scale {_last?.Noise?.Scale ?? double.NaN:0} samples."));
                break;
            case TrainingEvent.WorkerJoined { Name: var joined } when _last is not null:
                _ = NoteAsync(_generation, $"Worker {joined} joined after step {_last.GlobalStep}.");
                break;
            case TrainingEvent.WorkerLeft left:
                _ = NoteAsync(_generation, $"Worker {left.Name} left before step {left.GlobalStep}.");
                _left(left.Name);
                break;
            default:
                break;
        }
    }

    /// <summary>Tells the last state.</summary>
    /// <returns>Whether the job still wants the run.</returns>
    public async Task<bool> FlushAsync()
    {
        await _telling;
        return _progress is null || await _job.Progressed(_generation, _progress, TakePoints());
    }

    /// <summary>What the run reached, without model version and accuracy.</summary>
    /// <param name="alone">
    /// Samples a second of each worker alone, all at the same time, measured right after the last step; empty where not measured.
    /// </param>
    public JobResult Result(ImmutableArray<double> alone)
    {
        // A run that resumed after the last epoch made no step: it knows neither loss nor speed, and zeros would be inventions.
        var joint = _trained > TimeSpan.Zero ? _samples / _trained.TotalSeconds : double.NaN;
        return new JobResult
        {
            ModelVersion = 0,
            Loss = _epochScore.Count > 0 ? _epochScore.Loss : double.NaN,
            ImagesPerSecond = joint,

            // The last seconds of training against the seconds after them: a shared machine's speed drifts, so that only windows side
            // by side can be compared.
            HeterogeneousEfficiency = alone.Sum() > 0 && _samples > 0 ? RecentRate() / alone.Sum() : null,
            Workers =
            [
                .. _workers.Select((worker, rank) => (worker, rank)).Where(entry => entry.worker is { HasWorked: true } || entry.rank < _firstWorkers)
                    .Select(entry => entry.worker!.Overall(_samples, _trained, alone.IsEmpty ? 0 : alone[entry.rank])),
            ],
        };
    }

    private async Task NoteAsync(int generation, string text)
    {
        try
        {
            await _job.Noted(generation, text);
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            // An entry of the history; the job is elsewhere by the next call.
        }
    }

    private void Take(TrainingEvent.StepCompleted step)
    {
        var duration = SinceLastStep(step);
        _samples += step.Score.Count;
        _trained += duration;
        _recent.Enqueue((duration, step.Score));
        _recentDuration += duration;
        while (_recent.Count > 1 && _recentDuration - _recent.Peek().Duration >= RecentWindow)
        {
            _recentDuration -= _recent.Dequeue().Duration;
        }

        var workers = Volatile.Read(ref _workers);
        foreach (var metrics in step.Workers)
        {
            workers[RunWorker.RankOf(metrics.Name)]!.Take(metrics);
        }

        _last = step;
        _times.Take(step);

        _pointScore += step.Score;
        if ((step.GlobalStep + 1) % _stepsPerPoint == 0)
        {
            _points.Add(new LossPoint { Step = step.GlobalStep + 1, Loss = _pointScore.Loss });
            _pointScore = default;
        }

        var recent = _recent.Aggregate(default(BatchScore), (sum, entry) => sum + entry.Score);
        var rate = RecentRate();
        var total = (long)_sampleCount * _spec.Training.Epochs;
        var isAdaptive = _spec.Training.MaxBatchSize is not null;
        var done = isAdaptive
            ? Math.Min(total, (long)step.UsefulSamples)
            : ((long)step.Epoch * _sampleCount) + Math.Min(_sampleCount, (step.StepInEpoch + 1L) * _spec.Training.BatchSize);
        var useful = rate * step.Efficiency;
        _progress = new JobProgress
        {
            Epoch = isAdaptive ? (int)Math.Min(_spec.Training.Epochs, 1 + (done / _sampleCount)) : step.Epoch + 1,
            Epochs = _spec.Training.Epochs,
            Step = step.GlobalStep + 1,
            SamplesDone = done,
            SamplesTotal = total,
            Loss = recent.Loss,
            ImagesPerSecond = rate,
            Remaining = useful > 0 ? TimeSpan.FromSeconds((total - done) / useful) : TimeSpan.Zero,
            Batch = new BatchProgress
            {
                BatchSize = step.BatchSize,
                NoiseScaleSamples = step.Noise?.Scale,
                EfficiencyFraction = step.Efficiency,
                UsefulSamplesPerSecond = useful,
                LearningRateFactor = step.RateFactor,
                SamplesComputed = _samples,
            },
            Workers = [.. step.Workers.Select(metrics => workers[RunWorker.RankOf(metrics.Name)]!.Recent(rate))],
        };
        if (_telling.IsCompleted && _clock.GetElapsedTime(_lastTold) >= TellPeriod)
        {
            _lastTold = _clock.GetTimestamp();
            _telling = TellAsync(_progress);
        }
    }

    private double RecentRate() =>
        _recentDuration > TimeSpan.Zero ? _recent.Sum(entry => entry.Score.Count) / _recentDuration.TotalSeconds : 0;

    /// <summary>Time that the step took, with what lies between it and the one before; checkpoints at epoch ends are left out.</summary>
    private TimeSpan SinceLastStep(TrainingEvent.StepCompleted step)
    {
        var now = _clock.GetTimestamp();
        var elapsed = step.StepInEpoch == 0 || _lastStep == 0 ? step.Duration : _clock.GetElapsedTime(_lastStep, now);
        _lastStep = now;
        return elapsed;
    }

    private async Task TellAsync(JobProgress progress)
    {
        try
        {
            if (!await _job.Progressed(_generation, progress, TakePoints()))
            {
                _unwanted();
            }
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            // The job moves to another silo; the next call finds it there.
        }
    }

    private ImmutableArray<LossPoint> TakePoints()
    {
        var points = _points.ToImmutableArray();
        _points.Clear();
        return points;
    }
}
