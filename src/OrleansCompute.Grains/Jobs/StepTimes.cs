using OrleansCompute.Training.Workers;

namespace OrleansCompute.Grains.Jobs;

/// <summary>
/// Median times of the recent steps that had the same batch and workers, for what the pool learns: a step by itself may be twice as long as the next,
/// and one in which a worker compiles the plan of another share takes fifty times as long. Thread-safe.
/// </summary>
internal sealed class StepTimes
{
    private const int MaxSteps = 256;
    private readonly Lock _gate = new();
    private readonly Queue<(double Seconds, double[] BusySeconds)> _steps = new();
    private string _like = "";
    private bool _wasRead;
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
            if (like != _like || _wasRead)
            {
                _steps.Clear();
                (_like, _wasRead) = (like, false);
            }
            else if (_steps.Count == MaxSteps)
            {
                _steps.Dequeue();
            }

            // With enforced idling, which the coordinator's estimate of the speed contains; at first that is a guess.
            _steps.Enqueue((step.Duration.TotalSeconds, [.. step.Workers.Select(metrics => Math.Max(
                metrics.BusyTime.TotalSeconds,
                Math.Min(step.Duration.TotalSeconds, metrics.Samples / Math.Max(1e-9, metrics.SamplesPerSecond))))]));
            _last = step;
        }
    }

    /// <summary>The last step, the median duration, and the median busy time of each of its workers; null before the first. Steps after it count anew.</summary>
    public (TrainingEvent.StepCompleted Last, double Seconds, double[] BusySeconds)? Read()
    {
        lock (_gate)
        {
            _wasRead = true;
            return _last is null ? null
                : (_last, Median(_steps.Select(step => step.Seconds)), [.. _last.Workers.Select((_, i) => Median(_steps.Select(step => step.BusySeconds[i])))]);
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
