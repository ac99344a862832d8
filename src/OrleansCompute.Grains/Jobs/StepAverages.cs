using OrleansCompute.Training.Workers;

namespace OrleansCompute.Grains.Jobs;

/// <summary>
/// Mean times of the recent steps that had the same batch and workers, for what the pool learns: a step by itself may be twice as long as the next.
/// Thread-safe.
/// </summary>
internal sealed class StepAverages
{
    // The first steps of a size contain the compilation of their plans.
    private const int WarmUpSteps = 2;
    private readonly Lock _gate = new();
    private string _like = "";
    private int _seen;
    private int _count;
    private bool _wasRead;
    private double _seconds;
    private double[] _busySeconds = [];
    private TrainingEvent.StepCompleted? _last;

    public void Take(TrainingEvent.StepCompleted step)
    {
        // The rest at the end of an epoch is another batch.
        if (step.Score.Count < step.BatchSize && step.StepInEpoch > 0)
        {
            return;
        }

        var like = string.Join('|', step.Workers.Select(worker => worker.Name).Prepend($"{step.BatchSize}"));
        lock (_gate)
        {
            if (like != _like)
            {
                (_like, _seen) = (like, 0);
                Clear(step.Workers.Length);
            }
            else if (_wasRead || _seen == WarmUpSteps)
            {
                Clear(step.Workers.Length);
            }

            _seen++;
            _count++;
            _seconds += step.Duration.TotalSeconds;
            for (var i = 0; i < step.Workers.Length; i++)
            {
                var metrics = step.Workers[i];

                // With enforced idling, which the coordinator's estimate of the speed contains; at first that is a guess.
                _busySeconds[i] += Math.Max(
                    metrics.BusyTime.TotalSeconds,
                    Math.Min(step.Duration.TotalSeconds, metrics.Samples / Math.Max(1e-9, metrics.SamplesPerSecond)));
            }

            _last = step;
        }
    }

    /// <summary>The last step with mean times; null before the first. What comes after is averaged anew.</summary>
    public (TrainingEvent.StepCompleted Last, double Seconds, double[] BusySeconds)? Read()
    {
        lock (_gate)
        {
            _wasRead = true;
            return _last is null ? null : (_last, _seconds / _count, [.. _busySeconds.Select(seconds => seconds / _count)]);
        }
    }

    private void Clear(int workers)
    {
        (_count, _seconds, _wasRead) = (0, 0, false);
        _busySeconds = new double[workers];
    }
}
